"""Letters that are no language: a page of them is read by OCR. No language, table or list may be taken for one."""

from __future__ import annotations

import random

import pytest

from intake.adapters.pdf_child import nonsense

GERMAN = """Sehr geehrte Damen und Herren, hiermit bewerbe ich mich um die ausgeschriebene Stelle im Bereich der
kausalen Inferenz. Nach meinem Studium der Mathematik habe ich an mehreren Forschungsvorhaben mitgearbeitet und dabei
Verfahren entwickelt, mit denen sich Wirkungen aus Beobachtungen schätzen lassen. Über eine Einladung zu einem Gespräch
würde ich mich sehr freuen. Mit freundlichen Grüßen"""
POLISH = """Wykształcenie wyższe uzyskałem na Uniwersytecie Warszawskim, gdzie ukończyłem studia magisterskie w zakresie
informatyki stosowanej oraz zarządzania projektami badawczymi finansowanymi przez narodowe centrum nauki. Obecnie
pracuję jako adiunkt, prowadzę zajęcia dydaktyczne ze statystyki matematycznej i rachunku prawdopodobieństwa."""
TURKISH = """Üniversitesinden mezun olduktan sonra çeşitli araştırma projelerinde görev aldım. Bilgisayar mühendisliği
bölümünde yüksek lisans eğitimimi tamamladım, doktora çalışmalarıma devam etmekteyim. Yazılım geliştirme, istatistik ve
yapay zeka alanlarında deneyim sahibiyim, yabancı dil olarak İngilizce ve Almanca biliyorum."""
CHINESE_NAMES = """Zhang Weiming, Beijing Daxue, Qinghua Daxue, Shanghai Jiaotong Daxue, Zhongguo Kexueyuan, Xuzhou,
Guangzhou, Hangzhou, Zhejiang, Qingdao, Chongqing, Xiamen, Zhengzhou, Changchun, Shenzhen, Jilin Daxue, Sichuan Daxue,
Nanjing Hangkong Hangtian Daxue, Heilongjiang Gongcheng Xueyuan, Wuhan, Fuzhou, Guizhou, Kunming, Lanzhou"""
CODES = "\n".join(
    f"INF-M{n:04d} MATH{n}a  BSc/PO2019  {n % 5 + 3} ECTS  1,{n % 7}  WS2019/20  bestanden" for n in range(40)
)
FORMULAS = "\n".join(
    f"f{n}(x) = x^{n} + sin(a*b) - \u2211_k p_k log p_k,  E[X|Y] <= \u221a(s^2/n), dx/dt = Ax"
    for n in range(40)
)
PUBLICATIONS = "\n".join(
    f"[{n}] A. B. Muster, C.-D. Beispiel, J. Stat. Softw. 12({n}), pp. 1-{n}, doi:10.1000/xyz{n}"
    for n in range(40)
)
CHINESE = "我申请博士后职位。我毕业于北京大学,研究方向是因果推断和机器学习。" * 8
ARABIC = "أتقدم بطلب للحصول على وظيفة باحث ما بعد الدكتوراه في معهدكم المحترم " * 8


def shifted(text: str, by: int) -> str:
    """As a font map gives it that is off by some letters."""
    return "".join(
        chr((ord(c.lower()) - 97 + by) % 26 + 97) if c.isascii() and c.isalpha() else c for c in text
    )


def old_ocr(text: str) -> str:
    """As an engine of the last century read a grey copy: signs, figures and capitals in the middle of words."""
    chance = random.Random(1)
    return "".join(
        chance.choice("^|{}<>$\u00a31580QXW") if c.isalpha() and chance.random() < 0.3 else c for c in text
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(GERMAN, id="german"),
        pytest.param(POLISH, id="polish"),
        pytest.param(TURKISH, id="turkish"),
        pytest.param(CHINESE_NAMES, id="chinese-names"),
        pytest.param(CHINESE, id="chinese"),
        pytest.param(ARABIC, id="arabic"),
        pytest.param(CODES, id="module-codes"),
        pytest.param(FORMULAS, id="formulas"),
        pytest.param(PUBLICATIONS, id="publications"),
        pytest.param(shifted("Kurzer Satz ohne Sinn", 3), id="too-short-to-tell"),
        pytest.param("", id="empty"),
    ],
)
def test_leaves_languages_and_tables_alone(text: str) -> None:
    """An OCR page costs a second; but a page called garbage in error is also a document not read."""
    assert not nonsense.is_nonsense(text)
    assert not nonsense.is_spelled(text)


@pytest.mark.parametrize("by", [pytest.param(n, id=f"by-{n}") for n in (1, 3, 5, 7, 10, 19, 20, 24, 25)])
def test_knows_a_shifted_font_map(by: int) -> None:
    """Lower-case ASCII from end to end, and no word of any language."""
    assert nonsense.is_nonsense(shifted(GERMAN, by))


def test_knows_an_old_ocr_layer() -> None:
    """Words with signs, figures and capitals inside."""
    assert nonsense.is_nonsense(old_ocr(GERMAN))


@pytest.mark.parametrize("every", [1, 2])
def test_knows_a_layer_that_is_spelled_out(every: int) -> None:
    """A glyph or two a word, as some writers set type: no heading or phrase can be found in it."""
    letters = "".join(GERMAN.split())
    assert nonsense.is_spelled(" ".join(letters[at : at + every] for at in range(0, len(letters), every)))


def test_spaced_headings_are_not_spelled_text() -> None:
    heading = "L E B E N S L A U F\n" * 40
    assert not nonsense.is_spelled(heading + GERMAN)
    assert not nonsense.is_spelled(heading)
