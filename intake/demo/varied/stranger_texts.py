"""Sentences of documents that are no application papers. Braces are filled by ``strangers``."""

from __future__ import annotations

from intake.demo.documents.sheet import Language

VENUES = (
    "Journal of Applied Inference",
    "Annals of Imaginary Methods",
    "Halmstedt Lecture Notes",
    "Proc. of ISIM",
)
HEADINGS: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": {
        "publications": ("List of Publications", "Publications", "Scientific output"),
        "referees": ("References", "Referees", "List of Referees", "Academic references"),
        "research-statement": ("Research Statement", "Statement of Research Interests", "Research Plan"),
        "teaching-statement": ("Teaching Statement", "Teaching Philosophy"),
        "projects": ("List of Projects", "Selected Projects", "Project references"),
        "call": ("Call for Papers: Workshop on {topic}", "CFP – Symposium {number}"),
        "job-advertisement": ("Vacancy: {post}", "We are hiring: {post}"),
    },
    "de": {
        "publications": ("Publikationsliste", "Schriftenverzeichnis", "Veröffentlichungen"),
        "referees": ("Referenzen", "Referenzliste", "Gutachterinnen und Gutachter"),
        "research-statement": ("Forschungskonzept", "Forschungsvorhaben", "Exposé"),
        "teaching-statement": ("Lehrkonzept", "Lehrphilosophie"),
        "projects": ("Projektliste", "Ausgewählte Projekte"),
        "call": ("Tagungsaufruf: {topic}", "Aufruf zur Einreichung {number}"),
        "job-advertisement": ("Stellenausschreibung: {post}", "Wir suchen Sie: {post}"),
    },
}  # fmt: skip
SECTIONS: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": {
        "research-statement": ("Past research", "Current work", "Future directions"),
        "teaching-statement": ("Principles", "Courses"),
    },
    "de": {
        "research-statement": ("Stand der Forschung", "Ziele", "Arbeitsprogramm"),
        "teaching-statement": ("Grundsätze", "Formate"),
    },
}
POOLS: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": {
        "paper": (
            "We study {topic} in the setting of incomplete observations and derive bounds that hold uniformly over a large class of models.",
            "Our approach builds on earlier work, but replaces the assumption of independence by a mixing condition that can be checked.",
            "Let X denote the space of observations and suppose that the loss is convex; Theorem 1 then gives the rate of convergence.",
            "Figure 2 shows the error as a function of the sample size; the proposed method outperforms both baselines by a factor of two.",
            "The data set comprises 4,112 records from three sites. We excluded records with missing outcome and report intervals throughout.",
            "These findings suggest that the usual correction is too optimistic, and that practitioners should prefer the robust variant.",
            "The proof is deferred to the appendix; it rests on a decoupling argument and on a chaining bound for the remainder term.",
            "All experiments were run with {tool} on a single machine; code is available on request from the corresponding author.",
        ),
        "chapter": (
            "This chapter introduces the notation and recalls the results on {topic} that later chapters depend on.",
            "Section 2.3 compares the two estimators on simulated data; the differences are small except near the boundary.",
            "In contrast to the literature, we do not assume that the errors are normally distributed, which complicates the analysis.",
            "Table 4.1 summarises the experiments. Each configuration was repeated one hundred times with {tool}.",
            "The second research question asks whether the effect persists over time; the answer given here is a qualified yes.",
            "We conclude the chapter with remarks on computational cost and on limitations of the approach.",
        ),
        "call": (
            "We invite submissions on all aspects of {topic}, both theoretical and applied.", ("Important dates: submission of abstracts 1 March;"
            " notification of authors 15 April; camera-ready version 10 May; workshop 22 June."),
            "Submissions must not exceed eight pages in the format of the proceedings and are reviewed double-blind.",
            "Programme committee: {professor} (chair). Accepted papers appear in the proceedings. Registration opens in spring.",
        ),
        "job-advertisement": (
            "{company} invites applications for the position of {post}, to be filled as soon as possible.",
            "Your tasks: {task}; {other}.", "Your profile: a degree in {subject}; experience with {tool}; good command of English.",
            "We offer: flexible working hours, 30 days of leave, and a friendly team.",
            "Please send your application with CV, letter of motivation and certificates by 15 December to jobs@example.com.",
        ),
        "research-statement": (
            "My research aims at understanding {topic}. Over the last years I have approached the question from theory and from data.",
            "In “{paper}” I showed that the standard procedure fails under dependence, and proposed a remedy that is now in use.",
            "The next step is a unified account that covers observational data as well; preliminary results are encouraging.",
            "Work package 1 develops the methodology, work package 2 the software in {tool}, work package 3 applies both to registers.",
            "Collaboration with groups in neighbouring fields is essential, since none of the questions respects the borders of a discipline.",
            "In the long term I want to establish guarantees that can be communicated to people without training in {subject}.",
        ),
        "teaching-statement": (
            "Students learn what they do. My courses therefore consist of short inputs and long stretches of work on problems.",
            "In “{course}” I replaced the final exam by a project, and attendance rose.",
            "Feedback has to be early, specific and kind; I collect it from students in the third week of every term.",
            "In “{course2}” participants review each other's solutions before I do.",
        ),
        "portfolio": ("Work 1 – {topic}, 2024", "Poster series, mixed media", "Study for an exhibition, {university}", "Interface for {tool}"),
    },
    "de": {
        "chapter": (
            "Dieses Kapitel führt die Notation ein und erinnert an Ergebnisse zum Thema {topic}, auf die später zurückgegriffen wird.",
            "Abschnitt 2.3 vergleicht die beiden Schätzer anhand simulierter Daten; die Unterschiede sind außer am Rand gering.",
            "Im Unterschied zur Literatur wird nicht angenommen, dass die Fehler normalverteilt sind, was die Analyse erschwert.",
            "Tabelle 4.1 fasst die Versuche zusammen. Jede Konfiguration wurde hundertmal mit {tool} wiederholt.",
            "Die zweite Forschungsfrage lautet, ob der Effekt über die Zeit bestehen bleibt; sie wird hier mit Einschränkungen bejaht.",
        ),
        "call": (
            "Wir laden zu Beiträgen rund um {topic} ein, aus der Theorie wie aus der Anwendung.", ("Termine: Einreichung bis 1. März;"
            " Benachrichtigung 15. April; Tagung 22. Juni."), "Die Beiträge umfassen höchstens acht Seiten und werden doppelt blind begutachtet.",
            "Programmkomitee: {professor} (Vorsitz). Angenommene Beiträge erscheinen im Tagungsband.",
        ),
        "job-advertisement": (
            "{company} sucht zum nächstmöglichen Zeitpunkt Verstärkung: {post}.", "Ihre Aufgaben: {task}; {other}.",
            "Ihr Profil: Studium im Fach {subject}; Erfahrung mit {tool}; gute Englischkenntnisse.",
            "Wir bieten: flexible Arbeitszeiten, 30 Tage Urlaub, ein freundliches Team.",
            "Bitte senden Sie Ihre Bewerbung mit Anschreiben, Lebenslauf und Zeugnissen bis 15. Dezember an jobs@example.com.",
        ),
        "research-statement": (
            "Das Vorhaben untersucht {topic}. Bisherige Arbeiten nähern sich der Frage entweder von der Theorie oder von den Daten her.",
            "In „{paper}“ konnte gezeigt werden, dass das übliche Verfahren bei Abhängigkeit versagt.",
            "Arbeitspaket 1 entwickelt die Methodik, Arbeitspaket 2 die Software in {tool}, Arbeitspaket 3 wendet beides auf Register an.",
            "Die Zusammenarbeit mit Nachbarfächern ist wesentlich, denn keine der Fragen hält sich an die Grenzen eines Fachs.",
            "Langfristig sollen Garantien entstehen, die sich Menschen ohne Ausbildung im Fach {subject} vermitteln lassen.",
        ),
        "teaching-statement": (
            "Studierende lernen, was sie tun. Die Veranstaltungen bestehen daher aus kurzen Einführungen und langen Arbeitsphasen.",
            "In „{course}“ wurde die Klausur durch ein Projekt ersetzt, seitdem kommen mehr Teilnehmende.",
            "Rückmeldung muss früh, genau und freundlich sein; sie wird in der dritten Woche jedes Semesters eingeholt.",
        ),
        "portfolio": ("Arbeit 1 – {topic}, 2024", "Plakatserie, Mischtechnik", "Studie für eine Ausstellung", "Oberfläche für {tool}"),
    },
}  # fmt: skip
THESIS: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": {"title": ("Thesis submitted for the degree of Master of Science", "{university}", "by", "{name}", "First examiner: {professor}"),
           "contents": ("Contents",), "chapters": ("1 Introduction", "2 Foundations", "3 Methods", "4 Experiments", "5 Conclusion", "Bibliography"),
           "declaration": ("Declaration of originality", ("I declare that I have written this thesis by myself and that I have used no sources other"
                           " than those cited."))},
    "de": {"title": ("Masterarbeit zur Erlangung des akademischen Grades Master of Science", "{university}", "vorgelegt von", "{name}",
                     "Erstgutachten: {professor}"),
           "contents": ("Inhaltsverzeichnis",), "chapters": ("1 Einleitung", "2 Grundlagen", "3 Methoden", "4 Experimente", "5 Fazit", "Literatur"),
           "declaration": ("Eidesstattliche Erklärung", ("Hiermit versichere ich, dass ich die vorliegende Arbeit selbstständig verfasst und keine"
                           " anderen als die angegebenen Quellen benutzt habe."))},
}  # fmt: skip
CONTENTS: dict[Language, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "en": (
        ("Contents", ("Cover letter", "Curriculum vitae", "Doctoral certificate", "Master's certificate and transcript", "References")),
        ("Application documents", ("Letter of motivation", "CV", "Certificates", "List of publications")),
    ),
    "de": (
        ("Inhalt", ("Anschreiben", "Lebenslauf", "Promotionsurkunde", "Masterzeugnis", "Bachelorzeugnis", "Arbeitszeugnisse")),
        ("Anlagenverzeichnis", ("Motivationsschreiben", "Lebenslauf", "Zeugnisse und Urkunden", "Publikationsliste")),
    ),
}  # fmt: skip
COVERS: dict[Language, tuple[tuple[str, ...], ...]] = {
    "en": (("Application", "for the position of {post}", "Enclosed: cover letter, curriculum vitae, certificates"),
           ("{name}", "Application documents", "{post}")),
    "de": (("Bewerbung", "als {post}", "Anlagen: Anschreiben, Lebenslauf, Zeugnisse"), ("Bewerbungsunterlagen", "{name}", "{post}")),
}  # fmt: skip
DIVIDERS: dict[Language, tuple[str, ...]] = {
    "en": (
        "Certificates",
        "Bachelor's Certificate",
        "Appendix",
        "Enclosures",
        "Transcript of Records",
        "Curriculum Vitae",
    ),
    "de": ("Bachelorzeugnis", "Zeugnisse", "Anlagen", "Arbeitszeugnisse", "Lebenslauf", "Abiturzeugnis"),
}
INVOICE: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": {"heading": ("Invoice",), "items": ("Consulting, March", "Travel expenses", "Licence, annual"),
           "terms": ("Subtotal, 19 % VAT and total see above. Payment due within 14 days to DE00 0000 0000 0000 0000 00.", "VAT ID: DE000000000")},
    "de": {"heading": ("Rechnung Nr.",), "items": ("Beratung März", "Reisekosten", "Lizenz, jährlich"),
           "terms": ("Alle Preise zuzüglich 19 % Umsatzsteuer. Zahlbar innerhalb von 14 Tagen auf DE00 0000 0000 0000 0000 00.",
                     "USt-IdNr.: DE000000000")},
}  # fmt: skip
