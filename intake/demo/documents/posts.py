"""The advertised positions as applicants name them, and what somebody might write about each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from intake.demo.documents.sheet import Language


@dataclass(frozen=True, kw_only=True)
class Post:
    """One advertised position, with the plan an applicant could propose for it."""

    group: str
    """`postdoc`, `yig` or `rub`, the first part of the position's id."""
    topic: str
    """As advertised, in English; German letters quote it."""
    plan: tuple[str, str]
    """English: the core of the plan, and what a letter for this position alone adds."""
    plan_de: tuple[str, str]
    """The same in German."""


POSTS = {
    "postdoc/causal-inference": Post(
        group="postdoc",
        topic="Causal Inference",
        plan=(
            (
                "For the next two years I would like to ask how far a causal effect can be bounded when the usual"
                " assumptions fail only a little. Observational records from hospitals and schools are never"
                " quite"
                " free of hidden common causes, and a single point estimate hides that."
            ),
            (
                "I plan to combine partial identification with flexible nuisance estimators, so that analysts"
                " obtain"
                " intervals that widen honestly as the doubt about their assumptions grows. A first simulation"
                " study"
                " with two hospital registries is finished, and the code is public."
            ),
        ),
        plan_de=(
            (
                "In den kommenden zwei Jahren möchte ich untersuchen, wie genau sich ein kausaler Effekt"
                " eingrenzen"
                " lässt, wenn die üblichen Annahmen nur geringfügig verletzt sind. Beobachtungsdaten aus"
                " Kliniken und"
                " Schulen sind nie ganz frei von verborgenen gemeinsamen Ursachen."
            ),
            (
                "Dazu will ich partielle Identifikation mit flexiblen Schätzern für die Hilfsgrößen verbinden,"
                " sodass"
                " Intervalle entstehen, die mit dem Zweifel an den Annahmen ehrlich breiter werden. Eine erste"
                " Simulationsstudie mit zwei Klinikregistern ist abgeschlossen."
            ),
        ),
    ),
    "postdoc/interpretable-machine-learning": Post(
        group="postdoc",
        topic="Interpretable Machine Learning",
        plan=(
            (
                "Explanations of a prediction are only useful if they say something true about the model, and"
                " much of"
                " what is shown to users today does not. My aim is to measure this gap and to close it where the"
                " stakes are high."
            ),
            (
                "Concretely, I propose additive surrogates whose error is reported next to every explanation,"
                " and a"
                " user study with physicians who decide with and without it. Colleagues from psychology would be"
                " the ideal partners for the second part, which is why your interdisciplinary setting appeals"
                " to me."
            ),
        ),
        plan_de=(
            (
                "Erklärungen einer Vorhersage nützen nur, wenn sie etwas Wahres über das Modell sagen, und"
                " vieles von"
                " dem, was heute gezeigt wird, leistet das nicht. Ich möchte diese Lücke messen und dort"
                " schließen,"
                " wo viel auf dem Spiel steht."
            ),
            (
                "Konkret schlage ich additive Ersatzmodelle vor, deren Fehler neben jeder Erklärung ausgewiesen"
                " wird,"
                " und eine Studie mit Ärztinnen und Ärzten, die mit und ohne diese Angabe entscheiden."
            ),
        ),
    ),
    "postdoc/reliability-guarantees": Post(
        group="postdoc",
        topic="Reliability Guarantees for Artificial Intelligence",
        plan=(
            (
                "A learned component can only be built into a device if somebody is able to say how often it will"
                " fail. I work on guarantees that hold after deployment, when the inputs have begun to drift."
            ),
            (
                "My proposal is to carry statistical certificates through the whole processing chain, from the"
                " sensor"
                " to the decision, and to raise an alarm as soon as the conditions of the certificate are"
                " violated."
            ),
        ),
        plan_de=(
            (
                "Ein gelerntes Bauteil lässt sich nur einsetzen, wenn jemand sagen kann, wie oft es versagen"
                " wird. Ich"
                " arbeite an Garantien, die auch nach der Inbetriebnahme gelten, wenn sich die Eingaben"
                " verschieben."
            ),
            (
                "Mein Vorschlag ist, statistische Zertifikate durch die gesamte Verarbeitungskette zu tragen"
                " und Alarm"
                " auszulösen, sobald ihre Voraussetzungen verletzt sind."
            ),
        ),
    ),
    "postdoc/privacy-and-data-governance": Post(
        group="postdoc",
        topic="Balancing Privacy Enhancing Technologies and Data Governance",
        plan=(
            (
                "Differential privacy answers the question how much noise is enough, but not who may decide"
                " about it."
                " I would like to bring the technical budget and the institutional rules into one framework"
                " that a"
                " data trustee can actually operate."
            ),
            (
                "Together with two statistical offices I have already described the requests that such a trustee"
                " receives within a year; half of them could be served without releasing any record."
            ),
        ),
        plan_de=(
            (
                "Differential Privacy beantwortet, wie viel Rauschen genügt, aber nicht, wer darüber"
                " entscheiden darf."
                " Ich möchte das technische Budget und die institutionellen Regeln in einem Rahmen verbinden,"
                " mit dem"
                " eine Datentreuhand tatsächlich arbeiten kann."
            ),
            (
                "Mit zwei statistischen Ämtern habe ich bereits die Anfragen eines Jahres ausgewertet; die"
                " Hälfte ließe"
                " sich beantworten, ohne einen einzigen Datensatz herauszugeben."
            ),
        ),
    ),
    "yig/trustworthy-machine-learning": Post(
        group="yig",
        topic="Trustworthy Machine Learning",
        plan=(
            (
                "The group that I want to build would study how several demands on a learned model interact:"
                " fairness,"
                " privacy and robustness are usually examined one at a time, although each costs something of the"
                " others."
            ),
            (
                "Over five years, two doctoral researchers and I would map these trade-offs for three application"
                " areas, beginning with credit scoring, and derive procedures that make the choice explicit."
            ),
        ),
        plan_de=(
            (
                "Die Gruppe, die ich aufbauen möchte, soll untersuchen, wie sich verschiedene Anforderungen an"
                " ein"
                " gelerntes Modell gegenseitig beeinflussen: Fairness, Datenschutz und Robustheit werden meist"
                " einzeln"
                " betrachtet, obwohl jede die anderen etwas kostet."
            ),
            (
                "In fünf Jahren würden zwei Promovierende und ich diese Zielkonflikte für drei Anwendungsfelder"
                " vermessen und Verfahren ableiten, die die Abwägung sichtbar machen."
            ),
        ),
    ),
    "yig/robustness-and-reliability": Post(
        group="yig",
        topic="Robustness and Reliability Guarantees",
        plan=(
            (
                "Formal verification of neural controllers has reached the size of real problems, but its"
                " assumptions"
                " about the environment are still drawn by hand. My group would learn these assumptions from"
                " operation"
                " and verify against them."
            ),
            (
                "I have supervised two doctoral candidates and led a work package on autonomous ferries, so"
                " that I know"
                " both the mathematics and the tedious part of certification."
            ),
        ),
        plan_de=(
            (
                "Die formale Verifikation neuronaler Regler hat die Größe realer Aufgaben erreicht, doch ihre"
                " Annahmen"
                " über die Umgebung werden noch immer von Hand gesetzt. Meine Gruppe würde diese Annahmen aus dem"
                " Betrieb lernen und gegen sie verifizieren."
            ),
            (
                "Ich habe zwei Promotionen betreut und ein Arbeitspaket zu autonomen Fähren geleitet und kenne"
                " daher"
                " sowohl die Mathematik als auch den mühsamen Teil der Zulassung."
            ),
        ),
    ),
    "yig/uncertainty-quantification": Post(
        group="yig",
        topic="Uncertainty Quantification in Machine Learning",
        plan=(
            (
                "Most predictions are issued without a word about how sure the model is, and where a"
                " probability is"
                " given it is rarely calibrated for the people concerned. I would lead a group that develops"
                " set-valued predictions with guarantees for subgroups that are not known in advance."
            ),
            (
                "The plan covers theory in the first two years and applications in energy forecasting and"
                " radiology"
                " afterwards; letters of interest from both fields exist."
            ),
        ),
        plan_de=(
            (
                "Die meisten Vorhersagen verschweigen, wie sicher sich das Modell ist, und wo eine"
                " Wahrscheinlichkeit"
                " genannt wird, ist sie für die betroffenen Menschen selten kalibriert. Ich möchte eine Gruppe"
                " leiten,"
                " die mengenwertige Vorhersagen entwickelt, deren Garantien auch für vorab unbekannte Teilgruppen"
                " gelten."
            ),
            (
                "In den ersten zwei Jahren steht die Theorie im Vordergrund, danach folgen Anwendungen in der"
                " Energieprognose und der Radiologie; aus beiden Feldern liegen Interessenbekundungen vor."
            ),
        ),
    ),
    "yig/mathematical-and-statistical-theory": Post(
        group="yig",
        topic="Mathematical and Statistical Theory for Machine Learning",
        plan=(
            (
                "Why models with more parameters than observations generalise at all is understood only for"
                " independent"
                " observations. My group would extend the theory to dependent data, where practice is far ahead"
                " of"
                " proof."
            ),
            (
                "The first project concerns minimax rates for mixing processes, the second the price of"
                " adaptivity; for"
                " both I have partial results that are under review."
            ),
        ),
        plan_de=(
            (
                "Warum Modelle mit mehr Parametern als Beobachtungen überhaupt verallgemeinern, ist nur für"
                " unabhängige"
                " Beobachtungen verstanden. Meine Gruppe würde die Theorie auf abhängige Daten ausdehnen, wo"
                " die Praxis"
                " dem Beweis weit voraus ist."
            ),
            (
                "Das erste Projekt betrifft Minimax-Raten für mischende Prozesse, das zweite den Preis der"
                " Adaptivität;"
                " zu beiden habe ich Teilergebnisse, die sich in Begutachtung befinden."
            ),
        ),
    ),
    "rub/anr-5157": Post(
        group="rub",
        topic="collective algorithmic recourse",
        plan=(
            (
                "People and devices that are refused by an algorithm will act on the advice they are given, and"
                " when"
                " many of them do so at once the advice changes its own truth. I would like to study recourse for"
                " whole populations of agents in a network."
            ),
            (
                "My thesis treats the case of a single agent; the step to many requires game theory and fast"
                " optimisation, which is exactly what the advertised project combines."
            ),
        ),
        plan_de=(
            (
                "Wer von einem Algorithmus abgewiesen wird, folgt dem Rat, den er bekommt, und wenn viele das"
                " zugleich"
                " tun, ändert der Rat seine eigene Gültigkeit. Ich möchte solche Empfehlungen für ganze"
                " Populationen"
                " in einem Netz untersuchen."
            ),
            (
                "Meine Dissertation behandelt den einzelnen Akteur; der Schritt zu vielen verlangt Spieltheorie"
                " und"
                " schnelle Optimierung, und genau diese verbindet das ausgeschriebene Projekt."
            ),
        ),
    ),
}


def called(ids: Sequence[str], language: Language) -> str:
    """The positions as a letter's subject line names them; one phrase per group."""
    phrases = [_phrase(group, ids, language) for group in _groups(ids)]
    return (" und " if language == "de" else " and ").join(phrases)


def _groups(ids: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(POSTS[position].group for position in ids))


def _phrase(group: str, ids: Sequence[str], language: Language) -> str:
    """`the PostDoc positions in “A” and “B”`, or its German counterpart, for the positions of one group."""
    if group == "rub":
        return {"en": "the position of Research associate (reference number ANR 5157)",
                "de": "die Stelle Research associate (Kennziffer ANR 5157)"}[language]  # fmt: skip
    topics = [POSTS[position].topic for position in ids if POSTS[position].group == group]
    quote = "„{}“" if language == "de" else "“{}”"
    listed = (" und " if language == "de" else " and ").join(quote.format(topic) for topic in topics)
    return f"{_OPENERS[language, group, len(topics) > 1]} {listed}"


_OPENERS = {
    ("en", "postdoc", False): "the PostDoc position in",
    ("en", "postdoc", True): "the PostDoc positions in",
    ("en", "yig", False): "the position of Young Investigator Group leader in",
    ("en", "yig", True): "the Young Investigator Groups",
    ("de", "postdoc", False): "die PostDoc-Stelle",
    ("de", "postdoc", True): "die PostDoc-Stellen",
    ("de", "yig", False): "die Leitung der Nachwuchsgruppe",
    ("de", "yig", True): "die Leitung der Nachwuchsgruppen",
}
