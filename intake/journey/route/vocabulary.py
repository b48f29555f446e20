"""The words around a position's name that say what it is there for: applied for, past, refused, wished."""

from __future__ import annotations

import functools
from enum import StrEnum

from intake.journey.route.elsewhere import Elsewhere
from intake.model import value


class Cue(StrEnum):
    """What a word or phrase says of the names that follow it in its sentence."""

    APPLY = "apply"  # the writer applies
    POST = "post"  # a post is spoken of: "the position", "die Stelle", "Betreff"
    WISH = "wish"  # "would like to", "interested in": not yet an application for what follows
    OWN = "own"  # the writer's past or present: "my thesis", "I am a", "worked on"
    DENY = "deny"  # "not", "instead of", "except"
    FLIP = "flip"  # "but": what was denied ends here
    RESET = "reset"  # a new clause: "because", "which"
    YOURS = "yours"  # "your": ends what was said of the writer
    OTHER = "other"  # somebody else: "my colleague", "she", "referees"
    SELF = "self"  # the writer again: "I"
    NOTHING = "nothing"  # a phrase that holds a cue and is none: "not only", "application of"


# Before the "t" that folding leaves of "can't", and before the "t" of "didnt".
_CONTRACTED = ("ain", "aren", "can", "couldn", "didn", "doesn", "don", "hadn", "hasn", "haven", "isn", "mustn", "needn", "shan", "shouldn",
               "wasn", "weren", "won", "wouldn")  # fmt: skip
_UNABLE = ("can t", "can not", "cannot", "couldn t", "could not")  # before "wait": nothing is refused


@value
class Wording(Elsewhere):
    """Phrases by what they do; folded on use. They may be of several words.

    Most rule until the next cue of their sentence; those in ``briefly`` for a few words only.
    """

    apply: tuple[str, ...] = (
        "apply", "applying", "applied for", "application", "applications", "applicant", "candidature", "candidacy",
        "candidate for", "mine is", "mine are", "meine ist", "meine sind", "meine gilt", "meine gelten", "consider me",
        "considered for", "considering me", "express my interest", "expressing my interest",
        "my interest in the", "my interest in your", "bewerbe", "bewerben", "bewerbung", "bewerbungen", "beworben",
        "bewerbungsunterlagen", "bewerbungsschreiben", "bewerber", "bewerberin",
        "hereby applies", "present myself for", "put myself forward", "hat in the ring", "count me in", "bewerb", "ich stelle mich vor fuer",
        "go for the",
    )  # fmt: skip
    post: tuple[str, ...] = (
        "position", "positions", "vacancy", "vacancies", "opening", "openings", "role", "post", "posts", "job", "contract",
        "advertised", "advertise", "advertisement", "advert", "announced", "announcement", "fellowship", "choice",
        "documents for", "papers for", "cv for", "subject", "re", "motivation letter", "letter of motivation",
        "cover letter", "looking for", "look for", "seeking", "leadership of", "head of", "leader of", "stelle", "stellen",
        "stellenausschreibung", "stellenanzeige", "ausschreibung", "ausgeschrieben", "ausgeschriebene",
        "ausgeschriebenen", "betreff", "betrifft", "unterlagen fuer", "unterlagen auf", "unterlagen zu", "leitung der",
        "research associate", "research fellow", "research position", "research post", "wissenschaftlicher mitarbeiter",
        "wissenschaftliche mitarbeiterin", "wissenschaftlichen mitarbeiter", "wiss mitarbeiter", "leitung einer",
        "leitung ihrer", "topic", "thema", "regarding", "regard to", "opportunity", "opportunities", "posting", "posted", "concerning",
        "bezueglich", "bezug auf", "hinsichtlich", "motivationsschreiben", "anschreiben", "suche", "interesse an der",
        "roles", "it is for the", "is meant for the", "papers of dr", "papers of mr", "papers of ms", "papers of mrs", "unterlagen von", "unterlagen herr", "unterlagen frau", "please route",
        "under the heading", "unter der ueberschrift",
        "sie heisst", "die heisst", "heisst sie", "heisst glaube ich", "its title is",
        "the one of", "the one on", "the one about", "the one for", "the one called", "the one titled",
        "with name", "with the name", "with title", "with the title", "under the title", "mit dem titel", "unter dem titel", "mit dem namen",
    )  # fmt: skip
    wish: tuple[str, ...] = (
        "interest", "interests", "interested", "would like", "would love", "want to", "wish to", "hope to", "aim at",
        "aim to", "open to", "dream", "focus", "interesse", "interessiere", "interessiert", "moechte", "wuerde",
        "schwerpunkt", "schwerpunkte", "wunsch", "passion", "to lead",
        "ich will", "i want",
    )  # fmt: skip
    own: tuple[str, ...] = (
        "thesis", "dissertation", "doctorate", "doctoral", "position paper", "degree", "paper",
        "papers", "publication", "publications", "published", "article", "author", "book", "worked", "working", "works",
        "work on", "work in", "experience", "expertise", "background", "studied", "study", "studies", "research", "researching", "mathematician", "statistician",
        "taught", "teach", "teaching", "seminar", "course", "courses", "lecture", "talk", "learned", "led", "leading",
        "supervise", "supervised", "supervising", "hire", "member", "since", "during", "after", "before", "currently",
        "presently", "formerly", "previously", "expert", "specialist", "familiar", "experte", "expertin", "spezialisiert", "knowledge", "skills", "project", "projects", "dealt", "developed",
        "known for", "contributed", "graduated", "received", "won", "award", "defended", "co author", "diploma",
        "promotion", "promoviert", "doktorarbeit", "masterarbeit", "abschluss", "gearbeitet", "arbeite", "arbeitet",
        "arbeiten zu", "forsche", "forschte", "forschung", "geforscht", "erfahrung", "erfahrungen", "kenntnisse",
        "beschaeftige", "beschaeftigt", "veroeffentlicht", "veroeffentlichung", "veroeffentlichungen", "artikel",
        "vorlesung", "vortrag", "gelehrt", "lehre", "betreut", "betreue", "geleitet", "mitglied", "seit", "waehrend",
        "nach", "vor", "zuvor", "vorher", "derzeit", "zurzeit", "zur zeit", "momentan", "gegenwaertig", "bislang",
        "bisher", "taetig", "leite", "leitete", "im moment", "komme aus", "komme vom", "komme von", "stamme aus", "come from", "coming from", "projekt", "projekte", "projekten", "studium", "studiert", "gewonnen",
        "later", "eventually", "long run", "long term", "spaeter", "langfristig", "strebe", "habilitation",
        "i hold", "i held", "i currently hold", "i have held", "ich bekleide",
        "once interested", "was interested", "were interested", "used to be", "einst interessiert", "war interessiert",
    )  # fmt: skip
    briefly: tuple[str, ...] = (
        "i am", "i m", "am currently", "am a", "i was", "was a", "were", "been", "being", "bin", "war", "my", "our", "mein", "meine", "meiner", "meinem", "meinen",
        "meines", "unser", "unsere", "unserer", "current", "present", "former", "previous", "jetzige", "jetzigen",
        "derzeitige", "derzeitigen", "ehemalige", "ehemaligen", "i have", "i had", "i ve", "ich habe", "habe ich", "phd", "doctor", "master", "msc", "bsc", "promovierter",
        "promovierte",
    )  # fmt: skip
    opening: tuple[str, ...] = ("as the head of", "as head of", "as the leader of", "as leader of", "als leiter der", "als leiterin der", "as a", "as an", "as the", "as member", "als", "being a", "dear", "liebe", "lieber", "sehr geehrte",
                                "sehr geehrter", "hello", "hi", "hallo", "guten tag")  # fmt: skip
    deny: tuple[str, ...] = (
        "not", "except", "apart from", "instead of", "rather than", "than", "no longer", "no more", "neither",
        "nor", "decided against", "gegen", "verzichte auf", "without", "ohne", "other than", "and no", "nicht", "ausser", "ausgenommen", "bis auf", "statt", "anstatt", "anstelle",
        "kein", "keine", "keinen", "weder", "als auf", "als fuer", "als um", "withdraw", "withdrawing", "ziehe",
        "construed as", "nothing herein",
        "never", "niemals", "cannot", *(f"{verb} t" for verb in _CONTRACTED), *(f"{verb}t" for verb in _CONTRACTED if verb != "can"),
        "no application", "refuse", "refused", "refusing", "withdrawal", "cancel", "cancelling", "canceling", "cancellation", "revoke",
        "revoking", "take back", "taking back", "delete my", "delete the", "delete this", "deletion of", "remove my", "remove the", "ignore my", "disregard my",
        "ruecknahme", "rueckzug", "zurueckziehen", "zurueckziehung", "storniere", "stornieren", "stornierung", "loeschen", "loesche",
        "loeschung", "streichen", "streiche", "widerrufe",
    )  # fmt: skip
    # With an application these refuse where "zurück" follows: "nehme meine Bewerbung auf X zurück".
    taking: tuple[str, ...] = ("nehme", "nehmen", "nimmt", "zieht", "ziehen")
    flip: tuple[str, ...] = (
        "but",
        "sondern",
        "instead",
        "stattdessen",
        "vielmehr",
        "only for",
        "nur fuer",
        "nur auf",
    )
    reset: tuple[str, ...] = (
        "because", "which", "where", "while", "whereas", "although", "though", "weil", "denn", "obwohl", "wobei", "worin",
        "so that", "damit", "and where", "that would", "in order",
    )  # fmt: skip
    yours: tuple[str, ...] = ("your", "ihre", "ihrer", "ihrem", "ihren", "ihr", "now", "nun", "jetzt", "next")
    nothing: tuple[str, ...] = (
        "not only", "not just", "nicht nur", "nicht allein", "not sure", "nicht sicher", "application of", "applications of",
        "post graduate", "why not", "whether or not", "wenn nicht", "if not", "my own", "after all", "as well as",
        "not to mention", "more than", "so far", "look forward", "looking forward", "dear all", "not yet",
        "noch nicht", "mehr als", "research center", "research centre", "research group", "research team",
        "i have seen", "i have read", "i have found", "i have come across", "i have noticed", "ich habe gelesen",
        "ich habe gesehen",
        "not useless", "not entirely useless", "not without", "not entirely without", "not wholly without", "not unfamiliar", "not entirely unfamiliar", "not ignorant", "not bad at", "not a stranger", "no stranger", "nicht unerfahren", "nicht ganz unerfahren", "nicht unvertraut", "nicht fremd", "no fewer than", "no less than", "not fewer than", "nicht weniger als", "nicht ohne", "which you call", "which you name", "which is called", "which is named", "jungen forscher", "junge forscher",
        *(f"{start} {verb}" for start in _UNABLE for verb in ("wait", "resist", "decide", "help", "be happier", "agree more")),
        "not hesitate", "don t hesitate", "dont hesitate",
        "leite ich ihnen", "leite ihnen", "leite hiermit", "leite an sie",
    )  # fmt: skip
    # Somebody else; what follows is not the writer's until an "I".
    other: tuple[str, ...] = (
        "applies", "is applying", "has applied", "is going to", "is about to", "wants to", "intends to", "plans to", "wishes to",
        "colleague", "colleagues", "coworker", "friend", "a friend of mine", "wife",
        "husband", "spouse", "fiance", "brother", "sister", "flatmate", "roommate", "classmate", "supervisor",
        "supervisors", "advisor", "adviser", "advisors", "mentor", "boss", "referee", "referees", "as a reference",
        "as references", "as reference", "references", "for a reference", "reference letter", "reference letters",
        "letter of reference", "letters of reference", "letter of recommendation", "letters of recommendation",
        "recommendation letter", "recommendation letters", "recommendations", "recommender", "recommenders", "he", "she",
        "bewirbt", "kollege", "kollegen", "kollegin", "kolleginnen", "freund", "freundin", "ehefrau", "ehemann", "mein mann",
        "meine frau", "bruder", "schwester", "kommilitone", "kommilitonin", "mitbewohner", "mitbewohnerin", "betreuer",
        "betreuerin", "doktorvater", "doktormutter", "mentorin", "mein chef", "meine chefin", "vorgesetzte", "vorgesetzter", "referenzen",
        "als referenz", "referenzgeber", "referenzgeberin", "referenzperson", "referenzpersonen", "referenzschreiben",
        "gutachter", "gutachterin", "gutachterinnen", "gutachten", "empfehlungsschreiben", "empfehlung", "empfehlungen",
        "auskunft", "auskuenfte", "fuer mich buergt", "er",
    )  # fmt: skip
    # Who writes for somebody else; in such a mail others are who applies.
    proxies: tuple[str, ...] = (
        "on behalf of", "asked me to forward", "asked me to send", "asks me to forward", "asks me to send", "i forward to you the",
        "i forward the application of", "i am forwarding the application of", "the application of mr", "the application of ms",
        "the application of mrs", "the application of dr", "the papers of our",
        "papers of dr", "papers of mr", "papers of ms", "the enclosed is from", "im auftrag von", "im auftrag meiner", "im auftrag meines",
        "die bewerbung von", "die bewerbung unseres", "die bewerbung unserer", "die unterlagen von", "unterlagen von herrn", "unterlagen von frau",
        "unterlagen herr", "unterlagen frau", "bewerbung herr", "bewerbung frau",
    )  # fmt: skip
    # The verbs with which they do.
    their_verbs: tuple[str, ...] = (
        "applies", "is applying", "has applied", "wishes to apply", "wants to apply", "would like to apply", "wishes to be considered",
        "would like to be considered", "wants to be considered", "bewirbt sich", "bewerben moechte", "moechte sich", "candidate for",
        "bewirbt", "beworben hat",
    )  # fmt: skip
    own_application: tuple[str, ...] = (
        "my application", "i apply", "i am applying", "i m applying", "i would like to apply", "i want to apply", "i wish to apply",
        "i herewith apply", "i hereby apply", "i myself", "meine bewerbung", "meiner bewerbung", "bewerbe ich mich", "bewerbe mich",
        "mich bewerben", "ich selbst", "my cv", "mein lebenslauf", "meine unterlagen", "my papers", "my documents",
    )  # fmt: skip
    titles: tuple[str, ...] = (
        "prof",
        "professor",
        "professorin",
        "dr",
    )  # of others, but in a subject or salutation
    self: tuple[str, ...] = (
        "i",
        "ich",
        "i myself",
        "ich selbst",
        "ich selber",
        "mine",
        "mich auf",
        "mich um",
        "mich fuer",
    )
    first_person: tuple[str, ...] = ("i", "ich", "me", "mich", "we", "wir", "myself")
    first_verbs: tuple[str, ...] = ("bewerbe", "bewerb")
    applications: tuple[str, ...] = (
        "application",
        "bewerbung",
        "unterlagen",
        "documents",
        "papers",
        "candidature",
    )
    mine: tuple[str, ...] = ("my", "meine", "meiner", "meinen", "our", "unsere")
    gap: tuple[str, ...] = ("selbst", "selber", "myself", "mich", "aber", "dagegen", "hingegen", "jedoch", "indessen", "dann",
                            "however", "though", "instead", "only", "nur", "am", "bin", "in", "turn", "meinerseits", "will")  # fmt: skip
    # Before a title these leave the sentence to the writer: "the post at Prof. Bell's".
    beside_titles: tuple[str, ...] = ("bei", "mit", "with", "at", "under", "unter")
    salutes: tuple[str, ...] = ("frau", "herrn", "herr", "ms", "mr", "mrs")
    gap_ends: tuple[str, ...] = ("for", "fuer", "auf", "um", "to")
    units: tuple[str, ...] = (
        "institute", "institut", "instituts", "institutes", "chair", "lehrstuhl", "lehrstuhls", "department", "dept", "lab",
        "labs", "laboratory", "labor", "fachgebiet", "fachgebiets", "fachbereich", "abteilung", "faculty", "fakultaet",
        "professur", "professor", "professorin", "prof", "division", "center", "centre", "zentrum", "zentrums", "fachbereichs", "labors", "arbeitsgruppe", "ag",
        "arbeitskreis", "graduiertenkolleg", "cluster", "society", "gesellschaft", "journal", "unit", "school", "workshop",
        "conference", "konferenz", "tagung",
    )  # fmt: skip
    unit_links: tuple[str, ...] = ("for", "of", "fuer", "on", "in", "der", "des", "zu", "zur", "zum")
    teams: tuple[str, ...] = ("group", "team", "gruppe")
    already: tuple[str, ...] = ("already", "bereits", "schon", "last", "letzte", "letzten", "ago", "earlier", "previously",
                                "also have", "have also", "past", "frueher", "damals")  # fmt: skip
    verbs: tuple[str, ...] = ("apply", "applying", "bewerbe", "bewerben", "bewerb")
    past: tuple[str, ...] = ("applied", "beworben")
    nouns: tuple[str, ...] = (
        "position", "positions", "post", "posts", "role", "job", "stelle", "stellen", "vacancy", "opening", "fellowship",
    )  # fmt: skip
    own_nouns: tuple[str, ...] = ("position", "post", "role", "job", "stelle", "fellowship", "contract")
    holding: tuple[str, ...] = ("hold", "held", "holding", "occupy", "bekleide", "bekleidete", "innehabe")
    postponing: tuple[str, ...] = (
        "later", "eventually", "someday", "future", "spaeter", "irgendwann", "zukuenftig", "originally", "initially",
        "at first", "first thought", "first wanted", "first considered", "first intended", "first planned", "urspruenglich",
        "zunaechst", "zuerst", "anfangs", "wollte mich eigentlich", "wollte ich mich eigentlich", "erst wollte", "wollte erst",
    )  # fmt: skip
    # After a name these refuse it: "X is not for me".
    refusing: tuple[str, ...] = (
        "not for me", "not quite for me", "not what i", "not my", "not really my", "not suit", "not fit", "not match", "t suit", "t fit",
        "t match", "t for me", "t my", "t interest me", "not interest me", "no longer interests me", "not apply", "t apply",
        "no longer apply", "not an option", "no option", "t an option", "out of the question", "ruled out", "rule out",
        "rejected", "decided against", "dismissed", "dropped", "given up", "gave up", "is off", "too far", "not appeal",
        "t appeal", "not interested", "no interest", "not want", "t want", "by mistake", "a mistake",
        "mistakenly", "nicht fuer mich", "nichts fuer mich", "nicht in frage", "nicht in betracht", "nicht infrage", "passt nicht",
        "passt mir nicht", "passt doch nicht", "passt leider nicht", "nicht zu mir", "nicht zu meinem", "kein interesse",
        "nicht interessiert", "mich nicht", "nicht mein", "verworfen", "scheidet aus", "faellt weg", "faellt aus",
        "entfaellt", "ausgeschlossen", "schliesse ich aus", "verzichte", "dagegen entschieden", "ein versehen", "aus versehen",
        "irrtuemlich", "ein irrtum", "nicht bewerben", "keine option", "nehme ich zurueck",
        "ziehe ich zurueck",
        "delete it", "disregard", "please ignore", "is void", "obsolete", "hinfaellig", "gegenstandslos", "ungueltig", "bitte loeschen", "zu loeschen",
        "bores me", "langweilt mich", "ausgenommen", "excepted", "excluded",
    )  # fmt: skip

    # Further behind it, these refuse it as well: "I might have applied for X, but not for that, but for Y".
    taken: tuple[str, ...] = (
        "already filled", "has been filled", "already taken", "is closed", "no longer open", "no longer available", "bereits besetzt",
        "schon besetzt", "bereits vergeben", "schon vergeben", "nicht mehr frei",
    )  # fmt: skip
    supposing: tuple[str, ...] = (
        "if",
        "should",
        "unless",
        "falls",
        "wenn",
        "sollte",
        "sofern",
        "whether",
        "ob",
    )
    refusing_back: tuple[str, ...] = (
        "nicht auf diese", "nicht auf jene", "nicht um diese", "nicht fuer diese", "nicht auf sie",
        "not for this", "not for that", "not for it",
    )  # fmt: skip

    # Between a group and its topic, and before a group that the writer and we know.
    linking: tuple[str, ...] = (
        "on", "about", "for", "of", "in", "the", "ueber", "fuer", "zu", "zum", "zur", "der", "des", "im", "titled", "entitled",
        "called", "namens", "field", "area", "topic", "thema", "bereich",
    )  # fmt: skip
    definite: tuple[str, ...] = (
        "your", "the", "this", "these", "ihre", "ihrer", "ihren", "ihrem", "die", "der", "den", "dem", "diese", "dieser",
    )  # fmt: skip

    # Before a group these tell where somebody is, or of what else one speaks: "Karl Bell from your PostDoc group on X".
    origins: tuple[str, ...] = (
        "from", "aus", "newsletter", "news", "visit", "visiting", "met", "meet", "meeting", "leads", "led", "heads", "leitet", "leitete",
        "vortrag", "talk", "lecture", "interview", "besuch", "besuche", "traf", "kenne", "know", "knows", "member", "mitglied",
        "guest", "gast", "visitor", "employed", "worked", "works", "gearbeitet", "collaborate", "collaborated", "copy", "website", "page", "seminar", "workshop",
    )  # fmt: skip
    # Directly before a name these tell of another position, or of one more: "the one next to X", "neben X".
    near: tuple[str, ...] = (
        "next to",
        "neben",
        "beside",
        "adjacent to",
        "close to",
        "similar to",
        "aehnlich wie",
    )
    # Before "your Young Investigator Group on X" these say that it is wanted.
    wanting: tuple[str, ...] = (
        "for", "fuer", "auf", "um", "as", "als", "and", "und", "join", "lead", "build", "fill", "take", "want", "will", "aufbauen", "that",
        "is", "ist", "sind", "are", "bei", "within", "to",
    )  # fmt: skip
    # What points back to a name before it: "The one on X is nearest to me. So that's the one I'm applying for."
    pointing: tuple[str, ...] = (
        "the one i", "this one", "that one", "that s the one", "this is the one", "this position", "that position", "this post", "for it",
        "for this", "for that", "the position i", "diese stelle", "dieser stelle", "diese position", "dafuer", "darauf", "hierfuer", "hierauf",
    )  # fmt: skip
    refusals: tuple[str, ...] = (
        "not",
        "never",
        "nicht",
        "nie",
        "niemals",
        "t",
        "no",
        "kein",
        "keine",
        "or",
        "oder",
    )
    leading: tuple[str, ...] = (
        "to lead that one",
        "lead this one",
        "diese zu leiten",
        "diese gruppe zu leiten",
    )

    joining: tuple[str, ...] = (
        "and", "und", "sowie", "also", "plus", "as", "well", "als", "auch", "both", "beide", "the", "die", "das", "der",
        "den", "dem", "for", "fuer", "in", "on", "of", "im", "auf", "um", "a", "an", "to", "zu", "zum", "zur", "with",
        "position", "positions", "stelle", "stellen", "topic", "topics", "thema", "themen", "area", "areas", "bereich",
        "field", "titled", "entitled", "named", "called", "1", "2", "3", "4", "b", "c", "d", "i", "ii", "iii", "iv",
        "first", "second", "third", "erste", "zweite", "dritte", "years", "jahre", "two", "five", "zwei", "fuenf", "5",
        "sowohl", "your", "ihre", "ihrer", "group", "gruppe", "leader", "postdoc",
    )  # fmt: skip
    choosing: tuple[str, ...] = (
        "either", "entweder", "whichever", "one of", "eine der", "einer der", "einen der", "eine von", "any of",
        "irgendeine", "je nachdem", "you decide", "not sure", "unsure", "undecided", "depending",
        "nicht sicher", "unentschieden", "whether", "ob", "or", "oder", "maybe", "perhaps", "vielleicht",
        "entscheiden sie", "ueberlasse", *(f"{start} decide" for start in _UNABLE),
    )  # fmt: skip
    # A sentence with one of these adds what is not applied for first, whatever it says of it.
    alternative: tuple[str, ...] = (
        "alternatively", "alternative", "otherwise", "or else", "fallback", "fall back", "backup", "plan b", "failing that",
        "second choice", "second preference", "second option", "next best", "alternativ", "ersatzweise", "hilfsweise",
        "notfalls", "andernfalls", "ansonsten", "zweite wahl", "zweitwunsch", "zweitwahl", "zweite praeferenz", "nachrangig",
        "zur not",
        "if", "in case", "unless", "should", "provided", "would also", "d also", "could also", "can also", "also be happy",
        "also happy", "also open", "also consider", "also interested", "equally", "sonst", "falls", "sofern", "wenn", "sollte",
        "sollten", "ausweich", "auch vorstellen", "auch gern", "auch gerne", "auch bereit", "auch offen", "auch interessiert",
        "auch interesse", "ebenso gern", "ebenso gerne", "naehme ich",
    )  # fmt: skip
    adding: tuple[str, ...] = (
        "also", "too", "additionally", "addition", "furthermore", "moreover", "both", "second", "other", "auch",
        "ausserdem", "zudem", "zusaetzlich", "beide", "beiden", "beides", "sowohl", "ferner", "ebenfalls", "ebenso",
        "zwei stellen", "two positions", "zweite", "zugleich", "gleichzeitig", "zum anderen", "weitere", "further", "another",
        "likewise", "as well", "at the same time",
    )  # fmt: skip
    both: tuple[str, ...] = ("both", "beide", "beiden", "beides", "two positions", "zwei stellen")
    conjunctions: tuple[str, ...] = ("and", "und", "sowie", "also", "auch", "plus", "or", "oder")
    all: tuple[str, ...] = (
        "all",
        "alle",
        "allen",
        "every",
        "each",
        "saemtliche",
        "saemtlichen",
        "jede",
    )
    # What one does with "all positions" without applying for them.
    reading: tuple[str, ...] = (
        "read", "seen", "saw", "viewed", "checked", "studied", "compared", "gelesen", "gesehen", "angesehen", "angeschaut",
        "studiert", "verglichen", "durchgesehen",
    )  # fmt: skip
    numbers: tuple[tuple[str, int], ...] = (
        ("two", 2), ("zwei", 2), ("2", 2), ("three", 3), ("drei", 3), ("3", 3), ("four", 4), ("vier", 4), ("4", 4),
        ("five", 5), ("fuenf", 5), ("5", 5), ("six", 6), ("sechs", 6), ("6", 6), ("seven", 7), ("sieben", 7), ("7", 7),
        ("eight", 8), ("acht", 8), ("8", 8),
    )  # fmt: skip
    between_all: tuple[str, ...] = (
        "of", "the", "your", "these", "those", "open", "advertised", "available", "current", "der", "die", "den", "ihre",
        "ihrer", "ihren", "ausgeschriebenen", "ausgeschriebene", "offenen", "offene", "diese", "dieser",
    )  # fmt: skip

    greeting: tuple[str, ...] = (
        "dear",
        "sehr",
        "liebe",
        "lieber",
        "hello",
        "hi",
        "hallo",
        "guten",
        "attn",
        "z",
    )

    @functools.cached_property
    def telling(self) -> frozenset[str]:
        """Words that are cues by what stands beside them."""
        return frozenset((*self.applications, *self.past, *self.taking, *self.titles))
