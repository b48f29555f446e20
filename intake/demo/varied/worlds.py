"""The worlds that invented people come from: names, towns, companies, subjects and what one does in them."""

from __future__ import annotations

from dataclasses import dataclass

from intake.demo.documents.sheet import Language

Both = dict[Language, str]
Lists = dict[Language, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Names that go together."""

    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    towns: tuple[str, ...]
    nationality: str
    lives_in: str = "Germany"


@dataclass(frozen=True, kw_only=True)
class Discipline:
    """A subject: its name, what is taught, what one writes on, what one does for a living with it."""

    name: Both
    degree: str
    courses: Lists
    theses: Lists
    papers: tuple[str, ...]
    posts: Lists
    tasks: Lists
    tools: tuple[str, ...]
    topic: Both


ORIGINS = (
    Origin(women=("Annika", "Friederike", "Carla", "Swantje", "Mirjam", "Theresa"),
           men=("Jonas", "Henrik", "Matthias", "Till", "Benedikt", "Lorenz"),
           families=("Brinkhoff", "Sauerwald", "Kettelhack", "Möllering", "Dornseif", "Weitkamp"),
           towns=("Altenrode", "Hirschau am See", "Königsfurt"), nationality="deutsch"),
    Origin(women=("Abigail", "Rowena", "Fiona", "Harriet"), men=("Duncan", "Elliot", "Gareth", "Miles"),
           families=("Thistlewood", "Penhallow", "Ashcombe", "Merriweather"),
           towns=("Little Harrow", "Westcombe"), nationality="British", lives_in="United Kingdom"),
    Origin(women=("Lucía", "Inés", "Beatriz"), men=("Álvaro", "Tomás", "Gonzalo"),
           families=("Requena Soler", "Villaseca", "Montoro Prieto"), towns=("Puerto Alto", "San Telmo del Río"),
           nationality="Spanish", lives_in="Spain"),
    Origin(women=("Aysel", "Elif", "Zeynep"), men=("Emre", "Kerem", "Cengiz"),
           families=("Karaöz", "Yildirmaz", "Demirkaya"), towns=("Yeniköprü", "Ovaköy"),
           nationality="Turkish"),
    Origin(women=("Xiaolan", "Yuting", "Meihua"), men=("Zhiyuan", "Haoran", "Jianguo"),
           families=("Ouyang", "Shangguan", "Linghu"), towns=("Baishan Town", "Qinghe"),
           nationality="Chinese"),
    Origin(women=("Priyanka", "Ananya", "Meenakshi"), men=("Raghav", "Suresh", "Vikram"),
           families=("Talwadekar", "Ramanujachari", "Bhattashali"), towns=("Nandipur", "Chandragiri West"),
           nationality="Indian"),
    Origin(women=("Oksana", "Lyudmila", "Daryna"), men=("Taras", "Bohdan", "Mykola"),
           families=("Havrylenko", "Ostapchuk", "Zahorodna"), towns=("Stara Rika", "Zelenohrad"),
           nationality="Ukrainian"),
    Origin(women=("Leila", "Shirin", "Nasrin"), men=("Kian", "Arash", "Farhad"),
           families=("Golestanpour", "Tehranchian", "Moradzadeh"), towns=("Shahrabad", "Kuhdasht"),
           nationality="Iranian"),
    Origin(women=("Camille", "Océane", "Mathilde"), men=("Thibault", "Baptiste", "Aurélien"),
           families=("Delacourtie", "Montferrand", "Beaurivage"), towns=("Saint-Aubin-les-Prés", "Valmont"),
           nationality="French", lives_in="France"),
)  # fmt: skip

TOWNS = (
    "Nordhafen", "Westmoor", "Rheinfurt", "Lindenau", "Bergheide", "Halmstedt", "Osterfelde", "Talbrück",
    "Greifenau", "Marienwerth", "Sankt Ulrich", "Kaltenbronn", "Fairhaven", "Northmere", "Ashbridge",
)  # fmt: skip
STREETS = (
    "Lindenallee",
    "Am Mühlgraben",
    "Kastanienweg",
    "Harbour Lane",
    "Bahnhofstraße",
    "Rosengasse",
    "Elm Road",
)
SCHOOLS = ("Gymnasium am Stadtpark", "Annette-Gymnasium", "Humboldtschule", "Albert-Reimann-Gymnasium")
COMPANIES = (
    "Brandauer Antriebstechnik GmbH", "Kestrel Analytics Ltd", "Nordlicht Versicherung AG",
    "Wolkenstein Software GmbH & Co. KG", "Halberg Medizintechnik GmbH", "Ostwind Energie SE",
    "Fernblick Consulting AG", "Silverbeck Logistics Ltd", "Tannhoff Maschinenbau GmbH", "Quellwerk Chemie AG",
)  # fmt: skip
UNIVERSITY_NAMES: Lists = {
    "en": ("University of {town}", "{town} University", "Technical University of {town}",
           "{town} University of Applied Sciences"),
    "de": ("Universität {town}", "Hochschule {town}", "Technische Universität {town}",
           "Fachhochschule {town}"),
}  # fmt: skip

DISCIPLINES = (
    Discipline(
        name={"en": "Statistics", "de": "Statistik"}, degree="Science",
        courses={
            "en": ("Linear Models", "Bayesian Inference", "Survival Analysis", "Time Series", "Measure Theory",
                   "Experimental Design", "Computational Statistics", "Seminar: Missing Data"),
            "de": ("Lineare Modelle", "Bayes-Statistik", "Ereigniszeitanalyse", "Zeitreihen", "Maßtheorie",
                   "Versuchsplanung", "Computerintensive Methoden", "Seminar Fehlende Daten"),
        },
        theses={
            "en": ("Robust Estimation under Informative Censoring", "Calibrated Intervals for Small Samples"),
            "de": ("Robuste Schätzung bei informativer Zensierung", "Kalibrierte Intervalle bei kleinen Stichproben"),
        },
        papers=("On the coverage of bootstrap intervals under clustering", "Weighting by uncertain propensities",
                "A note on trimmed likelihoods", "Imputation of ordinal scales by latent factors"),
        posts={"en": ("Biostatistician", "Data analyst", "Actuarial assistant"),
               "de": ("Biometrikerin/Biometriker", "Datenanalyst", "Sachbearbeitung Aktuariat")},
        tasks={
            "en": ("planning and evaluation of clinical studies", "validation of scoring models",
                   "reports for the supervisory authority", "introduction of a reproducible workflow in R"),
            "de": ("Planung und Auswertung klinischer Studien", "Validierung von Scoring-Modellen",
                   "Berichte an die Aufsichtsbehörde", "Einführung reproduzierbarer Auswertungen in R"),
        },
        tools=("R", "SAS", "Stan", "Python", "LaTeX"),
        topic={"en": "uncertainty in survey and register data", "de": "Unsicherheit in Umfrage- und Registerdaten"},
    ),
    Discipline(
        name={"en": "Computer Science", "de": "Informatik"}, degree="Science",
        courses={
            "en": ("Algorithms and Data Structures", "Operating Systems", "Machine Learning", "Formal Languages",
                   "Distributed Systems", "IT Security", "Database Systems", "Software Project"),
            "de": ("Algorithmen und Datenstrukturen", "Betriebssysteme", "Maschinelles Lernen", "Formale Sprachen",
                   "Verteilte Systeme", "IT-Sicherheit", "Datenbanksysteme", "Softwareprojekt"),
        },
        theses={
            "en": ("Verifying Learned Controllers by Abstraction", "Private Aggregation on Constrained Devices"),
            "de": ("Verifikation gelernter Regler durch Abstraktion", "Private Aggregation auf kleinen Geräten"),
        },
        papers=("Bounded leakage in federated training", "Incremental checking of stream processors",
                "How teams read static analysis", "Compact sketches for skewed streams"),
        posts={"en": ("Software engineer", "DevOps engineer", "Working student in testing"),
               "de": ("Softwareentwicklerin/Softwareentwickler", "Systemadministration", "Werkstudium Test")},
        tasks={
            "en": ("design of an event-driven booking system", "migration of 40 services to containers",
                   "code reviews and mentoring of two juniors", "on-call duty and incident reports"),
            "de": ("Entwurf eines ereignisgesteuerten Buchungssystems", "Umzug von 40 Diensten in Container",
                   "Code-Reviews und Anleitung von Nachwuchskräften", "Rufbereitschaft und Störungsberichte"),
        },
        tools=("Java", "Rust", "Python", "PostgreSQL", "Kubernetes", "Git"),
        topic={"en": "verification of learning systems", "de": "Verifikation lernender Systeme"},
    ),
    Discipline(
        name={"en": "Mechanical Engineering", "de": "Maschinenbau"}, degree="Engineering",
        courses={
            "en": ("Engineering Mechanics", "Thermodynamics", "Materials Science", "Machine Elements",
                   "Control Engineering", "Fluid Mechanics", "Production Systems", "Finite Elements"),
            "de": ("Technische Mechanik", "Thermodynamik", "Werkstoffkunde", "Maschinenelemente",
                   "Regelungstechnik", "Strömungslehre", "Produktionssysteme", "Finite Elemente"),
        },
        theses={
            "en": ("Fatigue of Welded Joints under Random Loads", "Condition Monitoring of Slow Bearings"),
            "de": ("Ermüdung geschweißter Verbindungen bei Zufallslasten", "Zustandsüberwachung langsamer Lager"),
        },
        papers=("Acoustic signatures of early pitting", "Load spectra from sparse telemetry",
                "A test rig for oscillating seals", "Surrogates for contact simulations"),
        posts={"en": ("Design engineer", "Test bench engineer", "Intern in construction"),
               "de": ("Konstruktionsingenieurin/-ingenieur", "Versuchsingenieurin/-ingenieur", "Praktikum Konstruktion")},
        tasks={
            "en": ("design of gear housings in CATIA", "planning of endurance tests",
                   "supplier audits and first sample reports", "reduction of scrap by 12 percent"),
            "de": ("Auslegung von Getriebegehäusen in CATIA", "Planung von Dauerläufen",
                   "Lieferantenaudits und Erstmusterberichte", "Senkung des Ausschusses um 12 Prozent"),
        },
        tools=("CATIA V5", "Ansys", "MATLAB/Simulink", "SAP", "MS Office"),
        topic={"en": "data-driven maintenance of machines", "de": "datengetriebene Instandhaltung"},
    ),
    Discipline(
        name={"en": "Psychology", "de": "Psychologie"}, degree="Science",
        courses={
            "en": ("General Psychology", "Research Methods", "Diagnostics", "Social Psychology",
                   "Cognitive Ergonomics", "Neuropsychology", "Work and Organisation", "Empirical Internship"),
            "de": ("Allgemeine Psychologie", "Forschungsmethoden", "Diagnostik", "Sozialpsychologie",
                   "Kognitive Ergonomie", "Neuropsychologie", "Arbeits- und Organisationspsychologie",
                   "Experimentalpraktikum"),
        },
        theses={
            "en": ("Trust in Automated Advice after Errors", "Attention in Shared Control"),
            "de": ("Vertrauen in automatische Ratschläge nach Fehlern", "Aufmerksamkeit bei geteilter Steuerung"),
        },
        papers=("Apologies of machines and the repair of trust", "Eye movements before taking over",
                "Measuring reliance without asking", "Explanations that nobody reads"),
        posts={"en": ("User researcher", "Research assistant", "Personnel consultant"),
               "de": ("Nutzerforschung", "Wissenschaftliche Hilfskraft", "Personalberatung")},
        tasks={
            "en": ("interviews and usability tests with 120 participants", "design of an assessment centre",
                   "questionnaires on acceptance of new software", "workshops with product teams"),
            "de": ("Interviews und Usability-Tests mit 120 Personen", "Konzeption eines Assessment-Centers",
                   "Befragungen zur Akzeptanz neuer Software", "Workshops mit Produktteams"),
        },
        tools=("SPSS", "R", "PsychoPy", "Unipark", "MS Office"),
        topic={"en": "human trust in learning systems", "de": "menschliches Vertrauen in lernende Systeme"},
    ),
    Discipline(
        name={"en": "Business Administration", "de": "Betriebswirtschaftslehre"}, degree="Arts",
        courses={
            "en": ("Financial Accounting", "Marketing", "Organisation", "Corporate Finance", "Business Law",
                   "Operations Management", "Statistics for Managers", "Entrepreneurship"),
            "de": ("Externes Rechnungswesen", "Marketing", "Organisation", "Investition und Finanzierung",
                   "Wirtschaftsprivatrecht", "Produktion und Logistik", "Statistik", "Unternehmensgründung"),
        },
        theses={
            "en": ("Pricing of Maintenance Contracts", "Supplier Risk after Sudden Stops"),
            "de": ("Preisbildung bei Wartungsverträgen", "Lieferantenrisiken nach plötzlichen Stopps"),
        },
        papers=("Who reads sustainability reports", "Family firms and late digitisation",
                "The price of flexible delivery", "Audit fees in small markets"),
        posts={"en": ("Controller", "Project manager", "Trainee in purchasing"),
               "de": ("Controlling", "Projektleitung", "Trainee Einkauf")},
        tasks={
            "en": ("monthly closing and budget planning", "negotiations with 30 suppliers",
                   "introduction of a new ERP system at two sites", "market analyses for the board"),
            "de": ("Monatsabschlüsse und Budgetplanung", "Verhandlungen mit 30 Lieferanten",
                   "Einführung eines neuen ERP-Systems an zwei Standorten", "Marktanalysen für den Vorstand"),
        },
        tools=("SAP FI/CO", "Excel", "Power BI", "DATEV", "Salesforce"),
        topic={"en": "digital decisions in small firms", "de": "digitale Entscheidungen im Mittelstand"},
    ),
    Discipline(
        name={"en": "Biology", "de": "Biologie"}, degree="Science",
        courses={
            "en": ("Cell Biology", "Genetics", "Ecology", "Biochemistry", "Bioinformatics", "Microbiology",
                   "Evolution", "Laboratory Course Physiology"),
            "de": ("Zellbiologie", "Genetik", "Ökologie", "Biochemie", "Bioinformatik", "Mikrobiologie",
                   "Evolution", "Laborpraktikum Physiologie"),
        },
        theses={
            "en": ("Salt Tolerance in Coastal Grasses", "Regulation of Biofilms by Small RNAs"),
            "de": ("Salztoleranz von Küstengräsern", "Regulation von Biofilmen durch kleine RNAs"),
        },
        papers=("Small RNAs under osmotic stress", "A barcode reference for dune insects",
                "Growth curves from phone pictures", "Drift in long running cultures"),
        posts={"en": ("Laboratory manager", "Quality assurance specialist", "Field assistant"),
               "de": ("Laborleitung", "Qualitätssicherung", "Mitarbeit Feldstation")},
        tasks={
            "en": ("responsibility for an S2 laboratory", "validation of PCR protocols under GMP",
                   "sampling along 60 kilometres of coast", "training of technical assistants"),
            "de": ("Verantwortung für ein S2-Labor", "Validierung von PCR-Protokollen nach GMP",
                   "Probennahme auf 60 Kilometern Küste", "Anleitung technischer Assistenzen"),
        },
        tools=("qPCR", "Python", "R", "ImageJ", "LIMS"),
        topic={"en": "reliable models of ecological change", "de": "verlässliche Modelle ökologischen Wandels"},
    ),
)  # fmt: skip
