"""Links that stand for a file: share and transfer services."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

# Hosts (with all their subdomains) or beginnings of paths; the usual ones of applicants in Germany
# and abroad, and of German universities (sciebo, Gigamove, bwSync&Share, LRZ, Academic Cloud).
HOSTS: tuple[str, ...] = (
    "drive.google.com", "docs.google.com", "photos.google.com", "dropbox.com", "db.tt",
    "onedrive.live.com", "1drv.ms", "sharepoint.com", "wetransfer.com", "we.tl", "sciebo.de",
    "icloud.com", "box.com", "mega.nz", "mega.io", "gigamove.rwth-aachen.de", "pcloud.com",
    "pcloud.link", "mediafire.com", "sync.com", "swisstransfer.com", "filesender.dfn.de",
    "transfernow.net", "transferxl.com", "smash.gg", "fromsmash.com", "syncandshare.lrz.de",
    "bwsyncandshare.kit.edu", "bwsfs.de", "academiccloud.de", "yadi.sk", "disk.yandex.com",
    "pan.baidu.com", "magentacloud.de", "hidrive.strato.com", "hidrive.ionos.com", "web.tresorit.com",
    "proton.me/urls", "drive.proton.me", "sendgb.com", "file.io", "gofile.io", "ufile.io",
    "terabox.com", "workupload.com", "filemail.com", "hightail.com", "jumpshare.com", "zoho.com/file",
    "workdrive.zoho.com", "overleaf.com/read", "faubox.rrze.uni-erlangen.de", "tubcloud.tu-berlin.de",
    "cloud.rub.de", "uni-duisburg-essen.sciebo.de", "ruhr-uni-bochum.sciebo.de",
    "tu-dortmund.sciebo.de", "seafile.rlp.net",
)  # fmt: skip
# Nextcloud and ownCloud (/s/token), Seafile (/f/, /d/) under whatever name a university gives them.
_OWN_CLOUD = ("cloud.", "nextcloud.", "owncloud.", "seafile.", "box.", "files.", "share.", "nc.")
_OWN_PATHS = ("/s/", "/index.php/s/", "/f/", "/d/", "/apps/files")


def files(links: Iterable[str], hosts: Iterable[str] = HOSTS) -> tuple[str, ...]:
    """Those of the links that lead to a file on a share service."""
    known = tuple(host.casefold().rstrip("/") for host in hosts)
    return tuple(link for link in links if _shares(link, known))


def _shares(link: str, hosts: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(link)
        host, path = (parts.hostname or "").casefold(), parts.path
    except ValueError:  # "http://[" and the like
        return False
    if path.strip("/") == "":
        return False  # the front page of a service holds nobody's file: it stands in signatures
    if path.startswith(_OWN_PATHS) and host.startswith(_OWN_CLOUD):
        return True
    return any(_matches(host, path, known) for known in hosts)


def _matches(host: str, path: str, known: str) -> bool:
    name, slash, start = known.partition("/")
    if host != name and not host.endswith("." + name):
        return False
    return not slash or path.casefold().startswith("/" + start)
