"""The journey of an application, from a mailbox to a filed folder and a reply.

1. ``adapters.imap`` fetches the raw mail by its UID, never by what people have read.
2. ``journey.parse`` turns its bytes into a ``Mail``: sender, subject, text, files, threading.
3. ``journey.screen`` asks whether we may answer, and whether it is an application at all.
4. ``journey.pick`` chooses the one file that is the application.
5. ``adapters.pdf`` reads that file in a limited child process and returns ``PdfFacts``.
6. ``journey.recognise`` finds letter, CV and certificates among its pages, with evidence.
7. ``journey.route`` finds the position or positions it is for, with evidence.
8. ``journey.decide`` weighs everything known into one ``Verdict``.
9. ``journey.file`` gives the folders their names; ``adapters.folders`` writes them whole or not at all.
10. ``journey.reply`` composes the reply, in English or German.
11. ``filing`` carries out the plan: file, queue the reply, move the mail; ``post`` sends.
12. A later mail of the same case makes its next plan: ``correspondence`` finds the case, and
    ``journey.conversation`` says what the mail means for it.

``worker`` looks into a mailbox and walks each message through these steps: ``judging`` has those from 1 to 10 done,
``filing`` the next, and ``parking`` says what becomes of a message whose step failed.

With a ledger on PostgreSQL the steps from 1 on may be those of several processes: a poller makes the rows, and
``hands`` carry a message each, under a lease. What is lost on the way is found by ``reconciliation``.

``journey.plan`` alone composes the pure steps; ``wiring`` alone names concrete adapters.
"""

__version__ = "0.1.0"
