"""Sentences of certificates, by kind and language. Braces are filled by ``certificates.words_of``."""

from __future__ import annotations

from intake.demo.documents.sheet import Language

Form = tuple[str, tuple[str, ...]]  # heading, lines; a line between asterisks is set large

FACULTIES: dict[Language, tuple[str, ...]] = {
    "en": ("Faculty of Sciences", "School of Engineering and Science", "Department of Applied Studies"),
    "de": ("Fakultät für Naturwissenschaften", "Fachbereich 4", "Fakultät für Technik und Wirtschaft"),
}
ROLES: dict[Language, tuple[tuple[str, str], ...]] = {
    "en": (
        ("Rector", "Dean of the Faculty"),
        ("Vice-Chancellor", "Registrar"),
        ("President", "Chair of the board"),
    ),
    "de": (
        ("Rektorat", "Dekanat"),
        ("Präsidium", "Prüfungsausschuss"),
        ("Die Leitung", "Die Prüfungskommission"),
    ),
}
DEGREES: dict[Language, dict[str, tuple[Form, ...]]] = {
    "en": {
        "doctorate": (
            ("Doctor of Philosophy", ("This is to certify that", "*{name}*", "born in {birthplace} on {born}",
             "has been awarded the degree of Doctor of Philosophy in {subject}", "following the defence of the thesis “{thesis}”",
             "{town}, {date}")),
            ("Doctoral Certificate", ("The Faculty confers upon", "*{name}*", "the degree of *Doctor rerum naturalium*",
             "for the dissertation “{thesis}”, with the overall result magna cum laude.", "{date}")),
        ),
        "master": (
            ("Master of {degree}".replace("{degree}", "Science"), ("{university} has conferred on", "*{name}*",
             "having satisfied the examiners, the degree of", "*Master of {degree} in {subject}*", "with an overall grade of {grade}",
             "on {date}")),
            ("Diploma", ("By authority of the Senate, and upon recommendation of the Faculty,", "*{name}*",
             "is hereby admitted to the degree of", "*Master of {degree}*", "with all its rights and privileges.", "Given this {date}")),
        ),
        "bachelor": (
            ("Bachelor of Science", ("This certifies that", "*{name}*", "has completed the programme of study in {subject}",
             "and has been admitted to the degree of Bachelor of {degree}", "with upper second class honours", "{date}")),
            ("Degree Certificate", ("*{name}*", "was this day admitted to the degree of *Bachelor of {degree}*", "{date}")),
        ),
        "habilitation": (
            ("Habilitation", ("The Faculty has granted", "*Dr. {name}*", "the licence to teach (venia legendi) in the field of {subject}",
             "after a public lecture and colloquium.", "{town}, {date}")),
        ),
    },
    "de": {
        "doctorate": (
            ("Promotionsurkunde", ("Unter der Leitung des Rektorats verleiht die Fakultät", "*{name}*",
             "geboren am {born} in {birthplace}", "den akademischen Grad *Doktor der Naturwissenschaften (Dr. rer. nat.)*",
             ("nachdem in ordnungsgemäßem Promotionsverfahren durch die Dissertation „{thesis}“ sowie durch die mündliche Prüfung"
             " die wissenschaftliche Befähigung erwiesen wurde."), "Gesamturteil: magna cum laude", "{town}, den {date}")),
            ("Urkunde", ("{university} verleiht", "*{name}*", ("den Grad einer Doktorin oder eines Doktors der Philosophie"
             " im Fach {subject} mit dem Prädikat „sehr gut“."), "{date}")),
        ),
        "master": (
            ("Masterzeugnis", ("*{name}*", "geboren am {born} in {birthplace}", "hat im Studiengang {subject} die Masterprüfung bestanden.",
             "Thema der Masterarbeit: „{thesis}“", "Gesamtnote: {grade}", "{town}, den {date}")),
            ("Urkunde über die Verleihung des akademischen Grades", ("Die Hochschule verleiht mit dieser Urkunde", "*{name}*",
             "den akademischen Grad *Master of {degree}*", "nachdem die Abschlussprüfung im Studiengang {subject} abgelegt wurde.",
             "{town}, {date}")),
        ),
        "bachelor": (
            ("Bachelorurkunde", ("*{title} {name}*", "wird aufgrund der bestandenen Bachelorprüfung im Studiengang {subject} der Grad",
             "*Bachelor of {degree}*", "verliehen.", "{town}, den {date}")),
            ("Zeugnis über die Bachelorprüfung", ("{title} {name}, geboren am {born} in {birthplace},", ("hat die Prüfung im Fach {subject}"
             " mit der Gesamtnote {grade} bestanden."), "Bachelorarbeit: „{thesis}“", "{date}")),
            ("Diplom", ("{title} {name} hat am {date} die Diplomprüfung im Fach {subject} mit der Note „gut“ abgelegt.",)),
        ),
        "habilitation": (
            ("Habilitationsurkunde", ("Die Fakultät stellt hiermit die Lehrbefähigung von", "*Dr. {name}*", ("für das Fach {subject} fest"
             " und erteilt die Lehrbefugnis (Venia Legendi)."), "{town}, den {date}")),
        ),
    },
}  # fmt: skip

OTHERS: dict[Language, dict[str, tuple[Form, ...]]] = {
    "en": {
        "employer": (
            ("Letter of Reference", ("{title} {name} was employed with us from {start} to {end} as {post}.",
             "{her} main duties were {task}, {task2} and {task3}.".replace("{her}", "The"),
             ("{name} always carried out all tasks to our complete satisfaction. {She} was valued by superiors, colleagues and"
             " customers alike."), "{She} leaves us at {her} own request. We regret this and wish {name} all the best.")),
            ("Employment Certificate", ("To whom it may concern", ("We hereby confirm that {name}, born {born}, worked for {employer} between"
             " {start} and {end} in the position of {post}."), "Responsibilities: {task}; {task2}.", ("{She} proved to be a dependable and"
             " resourceful member of staff, and we would gladly employ {name} again."))),
        ),
        "internship": (
            ("Internship Certificate", ("{title} {name}, student of {subject}, completed an internship of {hours} weeks in our company.",
             ("During this time {she} was involved in {task}. {She} showed great commitment, and the results met our expectations in"
             " every respect."), "We thank {name} and wish {her} studies every success.")),
        ),
        "language-test": (
            ("Test of Academic English – Score Report", ("Test taker: {name}", "Date of birth: {born}", "Test date: {date}",
             "Reading 28 of 30 – Listening 29 of 30 – Speaking 26 of 30 – Writing 27 of 30", "Total score: {reached} of 120",
             "Scores are valid for two years from the test date.")),
            ("Certificate in Advanced English", ("This is to certify that {name} has been awarded Grade B", "Overall score 193, CEFR Level {level}",
             "Reading 195, Use of English 190, Writing 188, Listening 201, Speaking 191")),
        ),
        "language-course": (
            ("German Language Certificate {level}", (("{name} attended an intensive German course of {hours} hours at our institute and"
             " passed the final examination at level {level} of the Common European Framework."), "Result: very good")),
        ),
        "online-course": (
            ("Course Certificate", ("{date}", "{name}", "has successfully completed", "{course}: From Zero to Practice",
             "an online non-credit course authorised by {first} and offered through LearnHarbour",
             "Verify at learnharbour.example.org/verify/7QK2-{reached}")),
            ("Certificate of Completion", ("Presented to {name} for finishing all {hours} lessons of “{course}” on {date}.",)),
        ),
        "training": (
            ("Certificate of Training", (("This certifies that {name} took part in the training “{tool} in practice” ({hours} hours) and"
             " demonstrated the required knowledge in a written test."), "Contents: basics; exercises in groups; project; examination")),
        ),
        "workshop": (
            ("Certificate of Attendance", ("We confirm that {name} attended the workshop on {course} held in {town} on {date}.",
             "The workshop comprised {hours} hours.")),
        ),
        "award": (
            ("Award for Outstanding Thesis", ("The foundation presents this award to", "{name}", "in recognition of the thesis “{thesis}”.",
             "The prize carries 2,000 euros.")),
        ),
        "apprenticeship": (
            ("Certificate of Apprenticeship", (("{name}, born on {born} in {birthplace}, passed the final examination of the chamber in the"
             " recognised occupation of laboratory assistant with the result: good (84 points)."),)),
        ),
        "school": (
            ("General Certificate of Education", ("{name}, born on {born}, attended this school and sat the following examinations:",
             "Advanced level, marks out of 15", "Average: {grade}. The certificate entitles the holder to enter university.",)),
        ),
    },
    "de": {
        "employer": (
            ("Arbeitszeugnis", (("{title} {name}, geboren am {born} in {birthplace}, war vom {start} bis zum {end} in unserem Unternehmen als"
             " {post} beschäftigt."), "Das Aufgabengebiet umfasste {task}, {task2} sowie {task3}.",
             ("{title} {name} erledigte alle Aufgaben stets zu unserer vollsten Zufriedenheit. Das Verhalten gegenüber Vorgesetzten,"
             " Kollegen und Kunden war jederzeit einwandfrei."), ("{She} verlässt uns auf eigenen Wunsch. Wir bedauern dies sehr und wünschen"
             " für den weiteren Weg alles Gute und weiterhin viel Erfolg."))),
            ("Zwischenzeugnis", ("{title} {name} ist seit dem {start} bei uns tätig.", "Zu den Aufgaben gehören: {task}; {task2}.",
             "Mit den Leistungen sind wir außerordentlich zufrieden; die Arbeitsweise ist geprägt von Sorgfalt und Eigeninitiative.",
             "Dieses Zwischenzeugnis wurde auf Wunsch von {accusative} {name} ausgestellt.")),
            ("Dienstzeugnis", ("Wir bestätigen, dass {title} {name} in der Zeit vom {start} bis {end} an unserem Institut beschäftigt war.",
             "{She} hat sich mit großem Engagement um {task} gekümmert und war bei allen sehr geschätzt.")),
        ),
        "internship": (
            ("Praktikumszeugnis", ("{title} {name} absolvierte in unserem Haus ein Praktikum von {hours} Wochen.",
             "{She} wirkte mit bei: {task}. Dabei zeigte {she} eine schnelle Auffassungsgabe und arbeitete sich zügig ein.",
             "Wir waren mit den Leistungen sehr zufrieden und wünschen für das weitere Studium viel Erfolg.")),
            ("Praktikumsbescheinigung", ("Hiermit bescheinigen wir, dass {title} {name} vom {start} an ein Praktikum bei uns abgeleistet hat.",
             "Einsatzgebiet: {task2}.")),
        ),
        "language-test": (
            ("Zertifikat Deutsch {level}", ("{name}, geboren am {born} in {birthplace}, hat die Prüfung auf der Stufe {level} abgelegt.",
             "Leseverstehen 22 – Hörverstehen 20 – Schriftlicher Ausdruck 41 – Mündlicher Ausdruck 71", "Prädikat: gut")),
            ("Sprachnachweis Englisch", (("Für {accusative} {name} wird bestätigt: Hörverstehen {level}, Leseverstehen {level}, Sprechen B2,"
             " Schreiben {level} nach dem Gemeinsamen Europäischen Referenzrahmen."), "Geprüft am {date} am Sprachenzentrum")),
        ),
        "language-course": (
            ("Teilnahmebescheinigung Sprachkurs", (("{title} {name} hat den Kurs „Englisch für den Beruf“ ({hours} Unterrichtseinheiten)"
             " regelmäßig besucht und mit der Note „gut“ abgeschlossen."), "Niveau: {level}")),
        ),
        "online-course": (
            ("Kurszertifikat", ("{name} hat den Onlinekurs „{course}“ mit {hours} Lektionen erfolgreich abgeschlossen.",
             "Ausgestellt am {date}; prüfbar unter lernhafen.example.org/z/{reached}")),
        ),
        "training": (
            ("Zertifikat", (("{title} {name} hat an der Weiterbildung „{tool} in der Praxis“ mit {hours} Stunden teilgenommen und die"
             " Abschlussprüfung bestanden."), "Inhalte: Grundlagen, Übungen in Gruppen, Projektarbeit, Prüfung")),
        ),
        "workshop": (
            ("Teilnahmebestätigung", ("Wir bestätigen {accusative} {name} die Teilnahme am Workshop „{course}“ am {date} in {town}.",
             "Umfang: {hours} Stunden")),
            ("Bescheinigung", ("{title} {name} hat an der Fortbildung „{course}“ teilgenommen.", "{town}, den {date}")),
        ),
        "award": (
            ("Preis für die beste Abschlussarbeit", ("Der Förderverein verleiht", "{accusative} {name}", ("in Anerkennung der Arbeit „{thesis}“"
             " den mit 2.000 Euro dotierten Preis."),)),
            ("Urkunde", ("Deutschlandstipendium", "{name} wird für das Studienjahr {year} in das Förderprogramm aufgenommen.")),
        ),
        "apprenticeship": (
            ("Prüfungszeugnis", ("nach § 37 des Berufsbildungsgesetzes", ("{title} {name}, geboren am {born} in {birthplace}, hat im Ausbildungsberuf"
             " Industriekaufmann/Industriekauffrau die Abschlussprüfung bestanden."), "Schriftlich: gut (84 Punkte); mündlich: gut (86 Punkte)")),
        ),
        "school": (
            ("Zeugnis der Allgemeinen Hochschulreife", (("{name}, geboren am {born} in {birthplace}, hat sich nach dem Besuch der gymnasialen"
             " Oberstufe der Abiturprüfung unterzogen."), "Leistungen in der Qualifikationsphase, Punkte in einfacher Wertung",
             "Durchschnittsnote: {grade}. {name} hat die Befähigung zum Studium an einer Hochschule in Deutschland erworben.")),
        ),
    },
}  # fmt: skip

ISSUERS: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": {"language-test": ("Board of English Examinations", "Harbour Testing Service"), "language-course": ("Lingua Nordica Institute",),
           "online-course": ("LearnHarbour",), "training": ("Academy for Applied Skills",), "workshop": ("Halmstedt Summer Academy",),
           "award": ("Kettelhack Foundation",), "apprenticeship": ("Chamber of Commerce Osterfelde",)},
    "de": {"language-test": ("Sprachenzentrum Lindenau", "Institut für Deutsch Halmstedt"), "language-course": ("Volkshochschule Osterfelde",),
           "online-course": ("Lernhafen",), "training": ("Akademie für Berufspraxis",), "workshop": ("Graduiertenakademie Talbrück",),
           "award": ("Kettelhack-Stiftung",), "apprenticeship": ("Industrie- und Handelskammer Osterfelde",)},
}  # fmt: skip

TRANSCRIPTS: dict[Language, dict[str, str]] = {
    "en": {"office": "Examinations Office", "heading": "Transcript of Records|Academic Transcript|Record of Study", "student": "Student",
           "born": "Born", "programme": "Programme", "number": "Student number", "term": "Semester", "columns": "Code|Course|ECTS|Grade",
           "total": "Cumulative grade point average: {grade}", "legend": "1.0 very good – 4.0 sufficient – 5.0 failed. One ECTS credit is"
           " 30 hours of work.", "page": "Page"},
    "de": {"office": "Prüfungsamt", "heading": "Notenspiegel|Leistungsübersicht|Notenbescheinigung|Transcript of Records", "student": "Name",
           "born": "Geboren", "programme": "Studiengang", "number": "Matrikelnummer", "term": "Fachsemester",
           "columns": "Nr.|Modul|LP|Note", "total": "Gewichtete Durchschnittsnote: {grade}", "legend": "1,0 sehr gut – 4,0 ausreichend – 5,0"
           " nicht bestanden. Dieser Auszug wurde maschinell erstellt und ist ohne Unterschrift gültig.", "page": "Seite"},
}  # fmt: skip

SUPPLEMENT: dict[Language, tuple[Form, ...]] = {
    "en": (
        ("1. Information identifying the holder of the qualification", ("1.1 Family name, first name: {name}", "1.2 Date of birth: {born}, {birthplace}",
         "1.3 Student identification number: 2{reached}4711")),
        ("2. Information identifying the qualification", ("2.1 Name of qualification: Master of {degree}", "2.2 Main field of study: {subject}",
         "2.3 Institution awarding the qualification: {university}, state institution", "2.4 Language of instruction: English")),
        ("3. Information on the level of the qualification", ("3.1 Level: second degree, graduate level, with thesis",
         "3.2 Official length of programme: two years, 120 ECTS credits", "3.3 Access requirements: bachelor's degree in a related field")),
        ("4. Information on the contents and results gained", ("4.1 Mode of study: full time", ("4.2 Programme requirements: students"
         " have acquired advanced methods of {subject} and the ability to work by themselves on research questions."), "4.3 Thesis: “{thesis}”",
         "4.4 Grading scheme: 1.0 (very good) to 5.0 (failed)", "4.5 Overall classification: {grade}")),
        ("5. Information on the function of the qualification", ("5.1 Access to further study: qualifies to apply for admission to doctoral work",
         "5.2 Professional status: the holder may carry the legally protected title")),
        ("6. Additional information", ("Further information: office for examinations of {university}",)),
        ("7. Certification", ("This supplement refers to the degree certificate of {date}.",)),
        ("8. National higher education system", (("Higher education is offered at three types of institutions: universities, universities of"
         " applied sciences, and colleges of art and music. Programmes are quality assured by accreditation."),) * 3),
    ),
    "de": (
        ("1. Angaben zur Person", ("1.1 Familienname, Vorname: {name}", "1.2 Geburtsdatum, Geburtsort: {born}, {birthplace}",
         "1.3 Matrikelnummer: 2{reached}4711")),
        ("2. Angaben zur Qualifikation", ("2.1 Bezeichnung: Master of {degree}", "2.2 Hauptstudienfach: {subject}",
         "2.3 Einrichtung, welche die Qualifikation verliehen hat: {university}", "2.4 Unterrichtssprache: Deutsch")),
        ("3. Angaben zum Niveau der Qualifikation", ("3.1 Niveau: zweiter berufsqualifizierender Abschluss", ("3.2 Regelstudienzeit: vier Semester,"
         " 120 Leistungspunkte"), "3.3 Zugangsvoraussetzung: Bachelorabschluss")),
        ("4. Angaben zu Inhalten und erzielten Ergebnissen", ("4.1 Studienform: Vollzeit", ("4.2 Lernergebnisse: vertiefte Kenntnisse im Fach {subject}"
         " und die Fähigkeit, Forschungsfragen selbstständig zu bearbeiten."), "4.3 Masterarbeit: „{thesis}“", "4.4 Gesamtnote: {grade}")),
        ("5. Angaben zur Berechtigung", ("5.1 Zugang zu weiterführenden Studien: berechtigt zur Promotion",)),
        ("6. Weitere Angaben", ("Auskünfte erteilt das Prüfungsamt der Einrichtung.",)),
        ("7. Zertifizierung", ("Dieses Diploma Supplement nimmt Bezug auf die Urkunde vom {date}.",)),
        ("8. Angaben zum nationalen Hochschulsystem", (("Die Hochschulausbildung wird von drei Arten von Hochschulen angeboten: Universitäten,"
         " Fachhochschulen sowie Kunst- und Musikhochschulen. Studiengänge werden akkreditiert."),) * 3),
    ),
}  # fmt: skip
SCHOOL_SUBJECTS: dict[Language, tuple[str, ...]] = {
    "en": ("English", "Mathematics", "Physics", "History", "French", "Chemistry"),
    "de": ("Deutsch", "Mathematik", "Englisch", "Geschichte", "Physik", "Biologie", "Sport", "Kunst"),
}
SCHOOL_COLUMNS: dict[Language, tuple[str, ...]] = {
    "en": ("Subject", "First year", "Second year", ""), "de": ("Fach", "1. Halbjahr", "2. Halbjahr", ""),
}  # fmt: skip
