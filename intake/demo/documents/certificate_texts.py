"""The wording of certificates, English and German. Lines between asterisks are set large."""

from __future__ import annotations

from typing import Any

DEGREES = {
    ("doctorate", "en"): ("Doctor of Philosophy", (
        "Be it known to all whom it may concern that", "*{name}*", "born on {born} in {birthplace},",
        "having satisfied the requirements of the Faculty by the dissertation", "<i>“{thesis}”</i>",
        "and by the oral examination held on {defended}, has been admitted to the degree of",
        "*Doctor of Philosophy in {subject}*", "with the overall grade <b>magna cum laude</b>.",
        "Given under the seal of the University on {date}.",
    )),
    ("doctorate", "de"): ("Promotionsurkunde", (
        "Unter dem Rektorat und Dekanat der Unterzeichneten verleiht die {faculty} der {university}",
        "*{name}*",
        "geboren am {born} in {birthplace}", "den akademischen Grad",
        "*doctor rerum naturalium (Dr. rer. nat.)*",
        "nachdem in ordnungsgemäßem Promotionsverfahren durch die Dissertation", "<i>„{thesis}“</i>",
        "sowie durch die mündliche Prüfung am {defended} die wissenschaftliche Befähigung erwiesen wurde.",
        "Gesamturteil: <b>magna cum laude</b>", "Ausgestellt am {date}",
    )),
    ("master", "en"): ("Master of Science", (
        "This is to certify that", "*{name}*", "born on {born} in {birthplace},",
        "has successfully completed the prescribed course of study in", "*{subject}*",
        "and has today been awarded the degree of Master of Science (M.Sc.)",
        "with a grade point average of 1.2 (“very good”) and 120 ECTS credits.", "Conferred on {date}.",
    )),
    ("master", "de"): ("Masterurkunde", (
        "Die {university} verleiht", "*{name}*", "geboren am {born} in {birthplace}",
        "aufgrund der am {date} bestandenen Masterprüfung im Studiengang", "*{subject}*",
        "den akademischen Grad", "*Master of Science (M.Sc.)*",
        "Gesamtnote: <b>sehr gut (1,2)</b>, 120 Leistungspunkte",
    )),
    ("bachelor", "en"): ("Bachelor of Science", (
        "The Senate of {university} hereby certifies that", "*{name}*",
        "having pursued an approved programme of study and passed the appropriate examinations,",
        "was on {date} admitted to the degree of", "*Bachelor of Science in {subject}*",
        "with First Class Honours.",
    )),
    ("bachelor", "de"): ("Bachelorzeugnis", (
        "*{name}*", "geboren am {born} in {birthplace}", "hat die Bachelorprüfung im Studiengang",
        "*{subject}*",
        "an der {faculty} bestanden.",
        "Thema der Bachelorarbeit: „Schätzung von Mischverteilungen“, Note 1,3",
        "Gesamtnote: <b>sehr gut (1,5)</b>, 180 Leistungspunkte", "Ausgestellt am {date}",
    )),
}  # fmt: skip

TRANSCRIPTS: dict[str, dict[str, Any]] = {
    "en": {
        "heading": "Transcript of Records", "office": "Examinations Office",
        "student": "Student: <b>{name}</b>, born {born} in {birthplace}<br/>Programme: Master of Science in"
                   " {subject}"
                   "<br/>Degree awarded: {date}",
        "columns": ("Module", "ECTS", "Grade"), "total": ("Total / weighted average", "120", "1.2"),
        "legend": "Grading scale: 1.0–1.5 very good, 1.6–2.5 good, 2.6–3.5 satisfactory, 3.6–4.0 sufficient.",
    },
    "de": {
        "heading": "Leistungsübersicht", "office": "Prüfungsamt",
        "student": "<b>{name}</b>, geboren am {born} in {birthplace}<br/>Studiengang: {subject} (Master of"
                   " Science)"
                   "<br/>Abschluss: {date}",
        "columns": ("Modul", "LP", "Note"), "total": ("Summe / gewichteter Durchschnitt", "120", "1,2"),
        "legend": "Notenskala: 1,0–1,5 sehr gut; 1,6–2,5 gut; 2,6–3,5 befriedigend; 3,6–4,0 ausreichend.",
    },
}  # fmt: skip

COURSES = {
    "en": (
        ("Probability Theory II", "9", "1.0"), ("Mathematical Statistics", "9", "1.3"),
        ("Statistical Learning", "9", "1.0"), ("Convex Optimisation", "6", "1.7"),
        ("Numerical Linear Algebra", "6", "1.3"), ("Design of Experiments", "6", "1.0"),
        ("Algorithms for Large Graphs", "6", "2.0"), ("Seminar: Robust Estimation", "4", "1.0"),
        ("Practical Course: Reproducible Analysis", "8", "1.0"), ("Research Internship", "12", "1.3"),
        ("Minor: Economics of Information", "15", "1.7"), ("Master’s Thesis", "30", "1.0"),
    ),
    "de": (
        ("Wahrscheinlichkeitstheorie II", "9", "1,0"), ("Mathematische Statistik", "9", "1,3"),
        ("Statistisches Lernen", "9", "1,0"), ("Konvexe Optimierung", "6", "1,7"),
        ("Numerische lineare Algebra", "6", "1,3"), ("Versuchsplanung", "6", "1,0"),
        ("Algorithmen für große Graphen", "6", "2,0"), ("Seminar: Robuste Schätzung", "4", "1,0"),
        ("Praktikum: Reproduzierbare Auswertung", "8", "1,0"), ("Forschungspraktikum", "12", "1,3"),
        ("Nebenfach: Informationsökonomie", "15", "1,7"), ("Masterarbeit", "30", "1,0"),
    ),
}  # fmt: skip

REFERENCES: dict[str, dict[str, Any]] = {
    "en": {
        "heading": "Employment Reference", "role": "Head of Development",
        "paragraphs": (
            ("{addressed} {name}, born on {born} in {birthplace}, was employed by our company as a data"
            " analyst from"
            " {start} to {end}."),
            ("Our company develops sensors for water quality and employs about 140 people. In the development"
            " department {addressed} {family} was responsible for the statistical evaluation of field"
            " tests, the"
            " maintenance of our calibration software and the training of new colleagues."),
            ("{they} has an excellent command of statistical methods and applied it with great success in"
            " {their}"
            " daily work. {they} worked independently, carefully and reliably, and always completed {their}"
            " tasks to our"
            " fullest satisfaction."),
            ("{addressed} {family}’s conduct towards superiors, colleagues and customers was exemplary at"
            " all times."),
            ("{addressed} {family} leaves us at {their} own request in order to pursue an academic career. We"
            " regret this decision, thank {them} for the good cooperation and wish {them} every success."),
        ),
    },
    "de": {
        "heading": "Arbeitszeugnis", "role": "Leitung Entwicklung",
        "paragraphs": (
            ("{addressed} {name}, geboren am {born} in {birthplace}, war vom {start} bis zum {end} in unserem"
            " Unternehmen in der Datenanalyse beschäftigt."),
            ("Unser Unternehmen entwickelt mit etwa 140 Beschäftigten Messgeräte für die Wassergüte. In der"
            " Abteilung"
            " Entwicklung gehörten zu {theirs}en Aufgaben die statistische Auswertung von Feldversuchen,"
            " die Pflege"
            " unserer Kalibriersoftware und die Einarbeitung neuer Kolleginnen und Kollegen."),
            ("{addressed} {family} verfügt über umfassende und vielseitige Fachkenntnisse, auch in"
            " Randbereichen, und"
            " setzte diese stets sicher und zielgerichtet ein. {they} arbeitete selbstständig, sorgfältig und"
            " zuverlässig und erledigte {their} Aufgaben stets zu unserer vollsten Zufriedenheit."),
            ("Das Verhalten gegenüber Vorgesetzten, Kolleginnen, Kollegen und Kundschaft war jederzeit"
            " vorbildlich."),
            ("{addressed} {family} verlässt unser Unternehmen auf eigenen Wunsch, um eine wissenschaftliche"
            " Laufbahn"
            " fortzusetzen. Wir bedauern dies sehr, danken {them} für die stets sehr gute Zusammenarbeit"
            " und wünschen"
            " {them} für die Zukunft beruflich und persönlich alles Gute."),
        ),
    },
}  # fmt: skip

LANGUAGE_SCHOOLS = {"en": "Lingua Viva Examination Board", "de": "Sprachinstitut Lingua Viva"}

LANGUAGE_TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "heading": "Certificate of Proficiency", "level": "German · Level C1 (CEFR)",
        "role": "Chief Examiner",
        "lines": ("This is to certify that", "*{name}*", "born on {born} in {birthplace},",
                  "has passed the examination with the following results:"),
        "columns": ("Part of the examination", "Maximum", "Achieved"), "total": ("Total", "100", "91"),
        "scores": (("Reading", "25", "24"), ("Listening", "25", "22"), ("Writing", "25", "22"),
            ("Speaking", "25", "23")),
    },
    "de": {
        "heading": "Sprachzertifikat", "level": "Englisch · Niveau C1 (GER)", "role": "Prüfungsleitung",
        "lines": ("Hiermit wird bescheinigt, dass", "*{name}*", "geboren am {born} in {birthplace},",
                  "die Prüfung mit folgendem Ergebnis abgelegt hat:"),
        "columns": ("Prüfungsteil", "Punkte möglich", "Punkte erreicht"), "total": ("Gesamt", "100", "91"),
        "scores": (("Leseverstehen", "25", "24"), ("Hörverstehen", "25", "22"),
            ("Schriftlicher Ausdruck", "25", "22"),
                   ("Mündlicher Ausdruck", "25", "23")),
    },
}  # fmt: skip

SCHOOL_TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "heading": "School Leaving Certificate", "role": "Head of School",
        "intro": "{name}, born on {born} in {birthplace}, has completed the upper secondary school and has"
                 " passed the"
                 " final examination, which entitles the holder to study at any university.",
        "columns": ("Subject", "Level", "Grade"), "total": ("Average", "", "1.3"),
        "grades": (("Mathematics", "advanced", "1"), ("Physics", "advanced", "1"), ("English", "basic", "2"),
                   ("German", "basic", "1"), ("History", "basic", "2"), ("Music", "basic", "1")),
    },
    "de": {
        "heading": "Zeugnis der allgemeinen Hochschulreife", "role": "Schulleitung",
        "intro": "{name}, geboren am {born} in {birthplace}, hat sich nach dem Besuch der gymnasialen"
                 " Oberstufe der"
                 " Abiturprüfung unterzogen und die Befähigung zum Studium an einer Hochschule in der"
                 " Bundesrepublik"
                 " Deutschland erworben.",
        "columns": ("Fach", "Kurs", "Note"), "total": ("Durchschnittsnote", "", "1,3"),
        "grades": (("Mathematik", "LK", "sehr gut"), ("Physik", "LK", "sehr gut"), ("Englisch", "GK", "gut"),
                   ("Deutsch", "GK", "sehr gut"), ("Geschichte", "GK", "gut"), ("Musik", "GK", "sehr gut")),
    },
}  # fmt: skip
