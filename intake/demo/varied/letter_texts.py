"""Sentences of letters, by what they are for. Braces are filled by ``letters``."""

from __future__ import annotations

from intake.demo.documents.sheet import Language

SUBJECTS: dict[Language, tuple[str, ...]] = {
    "en": ("Application for the position of {post}", "Re: your advertisement, {post}", "Application as {post}",
           "{post} – reference 2026/114", "Job application: {post}", "Expression of interest: {topic}"),
    "de": ("Bewerbung um die Stelle {post}", "Ihre Ausschreibung vom 3. Oktober: {post}", "Bewerbung als {post}",
           "Initiativbewerbung im Bereich {subject}", "Stellenanzeige {post}, Kennziffer 2026/114",
           "Bewerbung – {post}"),
}  # fmt: skip
SALUTATIONS: dict[Language, tuple[str, ...]] = {
    "en": ("Dear members of the selection committee,", "Dear Sir or Madam,", "Dear Professor Eichenau,",
           "To whom it may concern,", "Dear Ms Fairbourne,", "Dear hiring team,"),
    "de": ("Sehr geehrte Damen und Herren,", "Sehr geehrte Frau Professorin Eichenau,",
           "Sehr geehrter Herr Dierksmeyer,", "Guten Tag Frau Hansohm,", "Liebes Auswahlgremium,"),
}  # fmt: skip
CLOSINGS: dict[Language, tuple[str, ...]] = {
    "en": ("Yours sincerely,", "Kind regards,", "With best wishes", "Sincerely,", "Yours faithfully"),
    "de": ("Mit freundlichen Grüßen", "Mit besten Grüßen", "Freundliche Grüße", "Hochachtungsvoll"),
}

POOLS: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": {
        "opening": (
            ("I am writing to apply for the position of {post} that you advertised last month. Having worked on"
            " {topic} for several years, I was delighted to see how closely it matches my own interests."),
            ("With great interest I read your advertisement. {subject} has been my profession and my passion, and"
            " the post of {post} is precisely the step I have been hoping to take."),
            ("Please consider me for the post of {post}. I am currently at {employer}, where I am responsible for"
            " {task}, and I would like to carry this experience over to your team."),
            ("A colleague at {university} pointed me to your opening for a {post}. I have followed the work of your"
            " group for some time, and I should be very glad to contribute to it."),
            ("Your search for a {post} comes at the right moment for me: my contract at {employer} ends in spring,"
            " and the questions that you want to answer are those that have kept me busy since my thesis."),
        ),
        "background": (
            ("I studied {subject} at {first} and at {university}. In my thesis, “{thesis}”, I learned to"
            " see a problem through from the first sketch to the last proof-read page."),
            ("After my degree from {university} in {year} I joined {employer}. My duties there include {task} as well"
            " as {other}, which has taught me to keep both deadlines and standards."),
            ("My training is in {subject}; the thesis “{thesis}” was awarded a prize by the faculty. Since"
            " then I have worked with {tool} nearly every day."),
            ("Over the past four years I have been in charge of {task}. What began as a side project has become"
            " something on which three departments rely."),
        ),
        "reason": (
            ("What draws me to your institution is the combination of careful theory and problems that matter to"
            " people outside it. I would find colleagues there from whom I could learn a great deal."),
            ("I am convinced that my profile fits your needs: I know the methods, I enjoy explaining them, and I have"
            " seen what happens when they meet the real world."),
            ("I want to work where results are used. Your cooperation with partners in the region is the reason why"
            " I apply here and not elsewhere."),
        ),
        "plan": (
            ("In the first year I would like to extend my work on {topic} and to prepare, together with your group, a"
            " proposal for third-party funding."),
            ("I would bring two ideas with me: a careful study of {topic}, and a tool that makes its results available"
            " to people who do not write code."),
            ("My plan is to begin with what already exists at your site, to listen for some weeks, and then to propose"
            " changes that can be measured."),
        ),
        "strength": (
            ("Colleagues describe me as calm, thorough and curious. I like to finish things, and I ask when I do not"
            " understand something."),
            "Besides {tool} I bring fluent English, good German and the patience that joint projects demand.",
            "I led a team of four during the introduction of {other}, an experience that I would not want to miss.",
        ),
        "practical": (
            "I could start on 1 April; the period of notice of my present contract is three months.",
            "My salary expectation is 58,000 euros a year. I am willing to move.",
            "My curriculum vitae and copies of my certificates are attached.",
        ),
        "teaching": (
            "I have taught “{course}” three times and enjoyed every term; I would gladly take part in teaching.",
            "Supervising students is a part of the job that I value. Two of the five theses I have supervised won prizes.",
        ),
        "second-plan": (
            ("In the longer run I hope to build bridges to neighbouring disciplines. Questions of {topic} can only be"
            " answered together, and I have begun to look for partners."),
            "Later I would like to work towards a group of my own, small enough that everybody reads everybody's drafts.",
        ),
        "ending": (
            "I would be happy to tell you more in a personal conversation and look forward to hearing from you.",
            "Thank you for considering my application. I would welcome the chance to meet you.",
            "Should you need any further documents, please let me know. I look forward to your reply.",
        ),
    },
    "de": {
        "opening": (
            ("hiermit bewerbe ich mich um die von Ihnen ausgeschriebene Stelle ({post}). Seit mehreren Jahren arbeite"
            " ich an Fragen rund um {topic}, und Ihr Profil hat mich sofort angesprochen."),
            ("mit großem Interesse habe ich Ihre Stellenanzeige gelesen. {subject} ist mein Beruf und meine Leidenschaft;"
            " die Aufgabe {post} ist genau der Schritt, den ich gehen möchte."),
            ("Ihre Ausschreibung kommt für mich zur rechten Zeit: Mein Vertrag bei {employer} endet im Frühjahr, und"
            " die Fragen, denen Sie nachgehen wollen, beschäftigen mich seit meiner Abschlussarbeit."),
            ("auf der Suche nach einer neuen Herausforderung bin ich auf Ihr Haus aufmerksam geworden. Derzeit bin ich"
            " bei {employer} tätig und dort zuständig für {task}."),
        ),
        "background": (
            ("Nach dem Studium im Fach {subject} ({first} und {university}) habe ich mit der Arbeit „{thesis}“"
            " gelernt, ein Vorhaben vom ersten Entwurf bis zur letzten Korrektur zu verfolgen."),
            ("In meiner jetzigen Tätigkeit verantworte ich {task}, außerdem {other}. Dabei habe ich"
            " gelernt, Termine und Ansprüche zugleich einzuhalten."),
            ("Seit meinem Abschluss im Jahr {year} arbeite ich täglich mit {tool}. Die Abschlussarbeit „{thesis}“"
            " wurde von der Fakultät ausgezeichnet."),
        ),
        "reason": (
            ("An Ihrem Haus reizt mich die Verbindung von gründlicher Theorie und Aufgaben, die auch außerhalb der"
            " Hochschule etwas bedeuten."),
            ("Ich bin überzeugt, dass mein Profil zu Ihren Anforderungen passt: Ich kenne die Methoden, erkläre sie gern"
            " und habe erlebt, was geschieht, wenn sie auf die Wirklichkeit treffen."),
            "Ich möchte dort arbeiten, wo Ergebnisse genutzt werden. Deshalb bewerbe ich mich bei Ihnen.",
        ),
        "plan": (
            ("Im ersten Jahr würde ich meine Arbeiten zum Thema {topic} ausbauen und gemeinsam mit Ihrer Gruppe einen"
            " Drittmittelantrag vorbereiten."),
            ("Zu Beginn möchte ich zuhören und verstehen, was bei Ihnen gut läuft, und dann Änderungen vorschlagen, die"
            " sich messen lassen."),
        ),
        "strength": (
            "Kolleginnen und Kollegen beschreiben mich als ruhig, gründlich und neugierig. Ich bringe Dinge gern zu Ende.",
            "Neben {tool} bringe ich verhandlungssicheres Englisch und die Geduld mit, die gemeinsame Projekte verlangen.",
            "Bei der Einführung des Vorhabens „{other}“ habe ich ein Team von vier Personen geleitet.",
        ),
        "practical": (
            "Ich könnte die Stelle zum 1. April antreten; meine Kündigungsfrist beträgt drei Monate.",
            "Meine Gehaltsvorstellung liegt bei 58.000 Euro brutto im Jahr.",
            "Lebenslauf und Kopien meiner Zeugnisse füge ich bei.",
        ),
        "teaching": (
            "Die Veranstaltung „{course}“ habe ich dreimal mit Freude gegeben und würde mich gern an der Lehre beteiligen.",
            "Die Betreuung von Abschlussarbeiten gehört für mich zu den schönsten Aufgaben.",
        ),
        "second-plan": (
            ("Auf längere Sicht möchte ich Brücken in die Nachbarfächer bauen, denn Fragen zum Thema {topic} lassen sich"
            " nur gemeinsam beantworten."),
            "Später strebe ich eine eigene kleine Gruppe an, in der alle die Entwürfe der anderen lesen.",
        ),
        "ending": (
            "Über die Einladung zu einem persönlichen Gespräch freue ich mich sehr.",
            "Gern überzeuge ich Sie in einem Gespräch von meiner Eignung und freue mich auf Ihre Antwort.",
            "Für Rückfragen stehe ich jederzeit zur Verfügung. Vielen Dank für die Prüfung meiner Unterlagen.",
        ),
    },
}  # fmt: skip
