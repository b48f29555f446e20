from __future__ import annotations

import pytest

from intake.journey import sharing


@pytest.mark.parametrize(
    "link, shares",
    [
        pytest.param("https://drive.google.com/file/d/1/view", True, id="Google Drive"),
        pytest.param("https://uni-bonn.sciebo.de/s/Ab12", True, id="sciebo of any university"),
        pytest.param("https://1drv.ms/b/s!A", True, id="OneDrive"),
        pytest.param("https://tudo-my.sharepoint.com/:b:/g/x", True, id="SharePoint"),
        pytest.param("https://WE.TL/t-abc", True, id="capitals"),
        pytest.param("https://cloud.uni.example/index.php/s/Ab12", True, id="Nextcloud"),
        pytest.param("https://seafile.uni.example/f/1b2c/", True, id="Seafile"),
        pytest.param("https://www.overleaf.com/read/abc", True, id="a path of a host"),
        pytest.param("https://www.overleaf.com/project/abc", False, id="another path of it"),
        pytest.param("https://www.dropbox.com/", False, id="front page"),
        pytest.param("https://notdropbox.com/s/x", False, id="a host that ends the same"),
        pytest.param("https://scholar.google.com/citations?user=x", False, id="profile"),
        pytest.param("https://uni.example/s/nadia", False, id="home page"),
        pytest.param("http://[", False, id="no address"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_files(link: str, shares: bool) -> None:
    """A link stands for a file when it leads into a share service."""
    assert sharing.files([link]) == ((link,) if shares else ())


def test_hosts_of_the_config() -> None:
    """Admins name further hosts."""
    assert sharing.files(["https://share.x.example/a"], ["X.example/"]) == ("https://share.x.example/a",)
