"""Bearer tokens from a token endpoint (RFC 6749), by client credentials (4.4) or a refresh token (6).

One ``OAuthTokens`` serves all connections of a mailbox, from any thread: a token is asked for when the
one at hand nears its end, and again when a mail server has refused it. What the endpoint said means:

==================================================  =====================================================
away, 429, 5xx, temporarily_unavailable             Transient; left in peace for as long as it asks, else
                                                    for a growing while
invalid_client, invalid_grant and other refusals    SignInFailed with what an admin must do; not asked
                                                    again for a while unless secret or token have changed
==================================================  =====================================================

No error holds a secret or a token: what the endpoint says is shown without them.

``tokens`` keeps the port's promises; ``client`` is who we are, ``endpoint`` asks once, ``said`` puts its
answer into words, and ``kept`` is the file of a refresh token that replaced ours.
"""

from __future__ import annotations

from intake.adapters.oauth.client import Client
from intake.adapters.oauth.tokens import OAuthTokens

__all__ = ["Client", "OAuthTokens"]
