"""Words for what is not ours: posts that nobody advertises here, other institutions; and for reference numbers."""

from __future__ import annotations

from intake.model import value


@value
class Elsewhere:
    """The part of the wording that tells a post of ours from another."""

    # A "*" lets the last word go on.
    not_advertised: tuple[str, ...] = (
        "professorship*", "research professor*", "assistant professor*", "associate professor*", "full professor*",
        "visiting professor*", "professor position", "w1", "w2", "w3",
        "tenure", "lecturer*", "lectureship*", "research assistant*", "student assistant*", "student research assistant*",
        "teaching assistant*", "hilfskraefte*", "hiwi*", "shk", "whk", "wissenschaftliche hilfskraft*",
        "internship*", "intern", "praktik*", "trainee*", "apprentice*", "ausbildung", "ausbildungsplatz", "azubi",
        "volunteer*", "working student", "student job", "studentenjob", "studentischer mitarbeiter*",
        "nebenjob*", "minijob*", "ferienjob*", "aushilfe*", "summer student", "phd position*", "phd student*", "phd candidate*",
        "phd project*", "phd program*", "phd scholarship*", "phd studies", "phd study", "phd vacanc*", "phd application*",
        "phd opportunit*", "phd with you", "phd in your", "phd at your", "do my phd", "do a phd", "pursue a phd", "pursue my phd",
        "doctoral position*", "doctoral student*", "doctoral candidate*", "doctoral studies", "doctoral program*",
        "predoctoral", "promotionsst*", "promotion bei ihnen", "promovieren", "promotionsvorhaben",
        "master thesis", "masters thesis", "master s thesis", "master application*", "masters application*",
        "master s application*", "master program*", "master s program*", "masterstudium", "for a master", "bachelor thesis", "bachelor s thesis",
        "secretary", "sekretaer*", "teamassistenz*", "teamassistent*",
        "sachbearbeit*", "verwaltung*", "referent*", "wissenschaftsmanag*", "science manager", "coordinator", "koordinator*",
        "software engineer*", "software developer*", "softwareentwickl*", "research engineer*", "data engineer*",
        "research scientist*", "senior scientist*", "senior researcher*", "data scientist*", "system administrator*",
        "systemadministrator*", "technician*", "techniker*", "project manager*", "projektmanag*", "lab manager*",
        "visiting researcher*", "visiting scholar*", "visiting scientist*", "visiting student*", "visiting position*",
        "research visit", "research stay", "guest researcher*", "guest scientist*", "gastwissenschaft*", "gastaufenthalt*",
        "forschungsaufenthalt*", "sabbatical", "humboldt fellow*", "marie curie", "msca", "host institution",
        "initiativ*", "unsolicited application*", "speculative application*", "open application*", "spontaneous application*",
        "unaufgefordert*", "blindbewerbung*", "*praktikum*", "*praktika", "*praktikant*", "*hospitation*", "*werkstudent*",
        "*hilfskraft*", "*doktorand*", "*doktorat*", "*masterarbeit*", "*bachelorarbeit*", "*abschlussarbeit*", "*studienarbeit*", "*studiengang*", "*studienplatz*", "masters programme*",
        "die promotion", "eine promotion", "zur promotion", "doktorieren",
        "consultant*", "consulting", "professor of", "professor in", "professor for", "*semesterplatz*",
        "*professur*", "*sekretariat*", "*stipendi*", "*volontariat*", "*referendariat*", "scholarship*", "studentship*", "placement*",
        "master project*", "student project*", "final year project*", "thesis project*", "thesis topic*", "thesis position*",
        "thesis student*", "graduate student*", "doctoral project*", "doctoral thesis with you", "doctoral thesis in your",
        "phd thesis with you", "phd thesis in your", "phd place*", "phd role*", "phd post*", "phd job*", "phd fellowship*",
        "promotionsplatz*", "zu promovieren", "promotion in ihre*", "promotion an ihre*", "promotion im bereich",
        "promotion zum thema", "promotion zu", "promotionsprojekt*", "doktorarbeit bei ihnen", "doktorarbeit an ihre*",
        "doktorarbeit in ihre*", "student helper*", "summer school*", "exchange semester",
        "job shadowing", "engineer", "programmer", "developer", "programmierer", "programmiererin", "entwickler", "entwicklerin",
        "freiwilligendienst", "bufdi*", "gasthoerer*", "lehrauftrag*",
    )  # fmt: skip
    # What somebody applies as or for stands behind these; and behind "position".
    role_openings: tuple[str, ...] = (
        "as", "als", "for a", "for an", "um ein", "um eine", "um einen", "auf ein", "auf eine", "auf einen", "fuer ein", "fuer eine",
        "fuer einen",
    )  # fmt: skip
    post_openings: tuple[str, ...] = ("as", "als", "of a", "of an", "des", "eines", "einer")
    # What an application may be "as" without being one for another post: "as described", "als PDF".
    roles: tuple[str, ...] = (
        "mitarbeiter", "mitarbeiterin", "associate", "fellow", "researcher", "wissenschaftler", "wissenschaftlerin",
        "forscher", "forscherin", "candidate", "kandidat", "kandidatin", "leader", "head", "leiter", "leiterin", "position",
        "stelle", "member", "mitglied", "part", "outlined", "described", "advertised", "announced", "follows", "discussed",
        "agreed", "requested", "soon", "well", "possible", "pdf", "datei", "anlage", "anhang", "attachment", "file",
        "contract", "employment", "opportunity", "openings", "appointment", "anstellung", "beschaeftigung", "chance", "ausschreibung",
        "ausschreibungen", "scientist", "mitarbeiters", "leiters", "topic", "thema", "project", "projekt", "team", "gruppe",
        "document", "single", "one", "promised", "mentioned", "group", "beschrieben", "besprochen", "gewuenscht",
    )  # fmt: skip
    prizes: tuple[str, ...] = (
        "award",
        "prize",
        "preis",
        "grant",
        "network",
        "forum",
        "programme",
        "program",
        "school",
    )

    reference: tuple[str, ...] = (
        "kennziffer", "kennzahl", "kennnummer", "kenn", "kennung", "reference", "ref", "referenz", "referenznummer",
        "nummer", "nr", "number", "no", "id", "job", "ausschreibungsnummer", "ausschreibung", "ausschreibungs",
        "stellennummer", "stellen", "code", "referenznr", "refnr", "kennnr", "stellennr", "ausschreibungsnr", "kennzeichen",
        "chiffre", "jobid", "vacancy", "anzeige", "anzeigennummer",
    )  # fmt: skip
    # Of these, those that number anything: "room no. 5157", "my student id 5157".
    numbering: tuple[str, ...] = ("nummer", "nr", "number", "no", "id", "code")
    # Before "no. 5157" these say that it numbers something else; "*" stands for any letters.
    numbered: tuple[str, ...] = (
        "my", "mein", "meine", "meiner", "meinem", "meinen", "meines", "our", "unser", "unsere", "unserer", "his", "her", "their", "own",
        "room*", "raum*", "zimmer*", "buero*", "office", "house", "haus*", "building", "gebaeude", "floor", "etage", "flat", "apartment*",
        "wohnung*", "door", "suite", "*str", "*strasse", "street*", "st", "road", "rd", "*weg", "way", "*platz", "square", "*gasse", "lane", "*allee",
        "avenue", "ave", "*ring", "*damm", "*ufer", "*hof", "drive", "rue", "via", "calle", "postfach", "box", "plz", "postleitzahl", "zip", "postal",
        "tel", "tele*", "phone*", "mobil*", "handy*", "cell*", "fax*", "durchwahl*", "extension", "ext", "rufnummer", "whatsapp",
        "student*", "studierende*", "matric*", "matrik*", "martrik*", "enrol*", "immatrik*", "registr*", "roll", "applicant*", "candidate*",
        "bewerber", "bewerberin", "kandidat*", "person*", "employee*", "staff", "mitarbeiternummer", "member*", "mitglied*", "user*", "benutzer*",
        "account*", "konto*", "iban", "bank*", "kunde*", "customer*", "client*", "card*", "*karte", "*karten", "kreditkarte*", "passport*", "pass", "reisepass*",
        "*ausweis*", "identity", "identification", "visa", "visum*", "licen*", "fuehrerschein*", "driving", "steuer*", "tax", "*versicherung*", "insurance",
        "security", "social", "national", "citizen", "birth", "case*", "fall", "vorgang*", "akten*", "az", "docket", "file*", "datei*", "invoice*", "rechnung*",
        "bill", "order*", "auftrag*", "bestell*", "ticket*", "booking", "buchung*", "grant*", "award", "foerder*", "project*", "projekt*", "patent*", "orcid",
        "researcher*", "scopus", "scholar", "arxiv", "doi", "isbn", "issn", "pmid", "paper", "article*", "artikel*", "publication*", "publikation*", "volume", "vol",
        "band", "issue", "heft", "page*", "seite*", "chapter", "kapitel", "figure", "table", "tabelle", "certificate*", "zertifikat*", "urkunde*", "zeugnis*",
        "diploma*", "diplom*", "degree", "transcript*", "lecture*", "course*", "kurs*", "seminar*", "modul*", "vorlesung*", "fachbereich*", "department*",
        "abteilung*", "zoom", "meeting*", "skype", "teams", "webex", "password*", "passwort*", "pin", "puk", "access", "zugang*", "zugangs*", "train*", "zug", "ice", "bus",
        "flight*", "flug*", "gleis", "platform", "tram", "linie", "line", "version*", "serial", "serien*", "model*", "part", "item", "question*", "frage*",
        "attachment*", "anlage*", "anhang*", "document", "dokument", "hrb", "handelsregister*", "register*", "ust", "vat", "company", "firma",
    )  # fmt: skip
    institution: tuple[str, ...] = (
        "university", "universitaet", "universite", "universidad", "universita", "hochschule", "college", "institute",
        "institut", "fraunhofer", "helmholtz", "planck", "polytechnic", "academy", "akademie", "eth", "epfl",
    )  # fmt: skip
    towards: tuple[str, ...] = ("at", "to", "an", "am", "bei", "with", "in")
