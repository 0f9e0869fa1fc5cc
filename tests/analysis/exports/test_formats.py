"""The formats are one table: what the command line offers is what can be written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from analysis.exports import FORMATS, exporter
from tests.analysis.exports.made_exports import request


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_writes_the_files_that_it_names(tmp_path: Path, name: str) -> None:
    """Directly into the folder."""
    out = tmp_path / "out"
    out.mkdir()
    with request(tmp_path) as asked:
        files = exporter(name)(asked, out)

    assert files
    assert sorted(files) == sorted(out.iterdir())


def test_the_command_line_is_read_without_numpy() -> None:
    """A command that needs no array starts at once."""
    program = "import sys, analysis.__main__; print('numpy' in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert said.stdout == "False\n"
