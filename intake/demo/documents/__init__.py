"""Application papers that look and read like real ones, and files that are broken or hostile on purpose.

The same arguments always give the same bytes, so that tests may compare hashes. Papers: `letter`, `cv`,
`certificate`, `page`, `placeholder`, `blank`, `docx`. What happens to them: `joined`, `pages`, `scanned`,
`encrypted`, `empty_user_password`, `damaged`. What hides in them: the `with_…` functions. What attacks
their reader: `bomb`, `self_drawing_form`, `many_pages`.
"""

from intake.demo.documents.active import (
    with_embedded_file,
    with_form,
    with_hidden_text,
    with_javascript,
    with_launch,
    with_open_action,
)
from intake.demo.documents.certificates import CertificateKind, certificate
from intake.demo.documents.cvs import CvLayout, cv
from intake.demo.documents.effects import (
    blank,
    damaged,
    empty_user_password,
    encrypted,
    joined,
    page,
    pages,
    placeholder,
    scanned,
)
from intake.demo.documents.hostile import bomb, many_pages, self_drawing_form
from intake.demo.documents.letters import LetterLayout, letter
from intake.demo.documents.office import docx
from intake.demo.documents.sheet import Language

__all__ = [
    "CertificateKind",
    "CvLayout",
    "Language",
    "LetterLayout",
    "blank",
    "bomb",
    "certificate",
    "cv",
    "damaged",
    "docx",
    "empty_user_password",
    "encrypted",
    "joined",
    "letter",
    "many_pages",
    "page",
    "pages",
    "placeholder",
    "scanned",
    "self_drawing_form",
    "with_embedded_file",
    "with_form",
    "with_hidden_text",
    "with_javascript",
    "with_launch",
    "with_open_action",
]
