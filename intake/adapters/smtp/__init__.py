"""Replies leave by SMTP (RFC 5321).

``SmtpSender`` keeps the port's promises: ``sender`` leads the dialogue and knows what a failure means at each
command, ``envelope`` writes what the commands carry.
"""

from __future__ import annotations

from intake.adapters.smtp.account import Account
from intake.adapters.smtp.sender import SmtpSender

__all__ = ["Account", "SmtpSender"]
