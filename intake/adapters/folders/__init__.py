"""The filed applications in folders that people look into, move and rename.

``FileSystemFolders`` keeps the port's promises. ``planned`` says what a folder holds, for the twin in memory as
well; ``temporary`` is where one is built; ``disk`` is what the system does for us, with its errors in our words.
"""

from __future__ import annotations

from intake.adapters.folders.file_system import FileSystemFolders

__all__ = ["FileSystemFolders"]
