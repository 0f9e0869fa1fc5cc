"""Which config file is read, and what it may look like."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from weir import ConfigError, tomlfile

ROOT = Path(__file__).parents[2]
SYSTEM = Path("/etc/weir/config.toml")
PROJECT = ("pyproject.toml", "weir/tomlfile.py", "capture/x", "analysis/x")


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment into which Weir was copied, as install.sh does."""
    prefix = tmp_path_factory.mktemp("opt") / "weir"
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(prefix)], check=True
    )
    (packages,) = prefix.glob("lib/python*/site-packages")
    for name in ("weir", "capture", "analysis"):
        shutil.copytree(ROOT / name, packages / name)
    # What Weir needs is borrowed; a link to a checkout is not followed from here.
    (packages / "needed.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return prefix / "bin" / "python"


def project(folder: Path) -> Path:
    """A folder that looks like a clone."""
    for name in PROJECT:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


@pytest.mark.parametrize(
    "command", [["capture", "plan"], ["capture", "check"], ["analysis", "status"]]
)
def test_an_installed_command_reads_the_systems_config(
    tmp_path: Path, python: Path, command: list[str]
) -> None:
    """Typed in a clone too, whose config.toml is another; where it is missing, 2."""
    shutil.copy(ROOT / "config.toml", tmp_path)
    done = subprocess.run(
        [str(python), "-m", *command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert str(SYSTEM) in done.stderr
    assert str(tmp_path) not in done.stdout + done.stderr
    assert SYSTEM.exists() or (done.returncode, done.stdout) == (2, "")


def test_a_command_in_a_checkout_reads_the_folders_config(tmp_path: Path) -> None:
    """``python -m capture`` in the clone; it says which file that is."""
    config = tmp_path / "config.toml"
    shutil.copy(ROOT / "config.toml", config)
    done = subprocess.run(
        [sys.executable, "-m", "capture", "plan", "--days", "1"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stderr == f"config: {config}\n"


def test_a_checkout_is_known_by_what_lies_beside_the_program(tmp_path: Path) -> None:
    """The package's folder, or the one that the virtual environment lies in."""
    clone, other = project(tmp_path / "clone"), tmp_path / "opt"
    packages = other / "weir" / "lib" / "weir"

    assert tomlfile.is_checkout(clone / "weir", other / "weir")
    assert tomlfile.is_checkout(packages, clone / ".venv")
    assert not tomlfile.is_checkout(packages, other / "weir")


@pytest.mark.parametrize("missing", PROJECT)
def test_another_project_is_no_checkout(tmp_path: Path, missing: str) -> None:
    """Weir may be installed into the environment of anything."""
    folder = project(tmp_path)
    (folder / missing).unlink()
    if missing.endswith("/x"):
        (folder / missing).parent.rmdir()

    assert not tomlfile.is_checkout(tmp_path / "opt" / "weir", folder / ".venv")


def test_a_file_that_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the reason, and the rule by which it was looked for."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=r"config\.toml .* the current folder, or"):
        tomlfile.find(None)
    with pytest.raises(ConfigError, match=r"config file other \(No such file"):
        tomlfile.find(Path("other"))
    with pytest.raises(ConfigError, match=r"no plain file"):
        tomlfile.find(tmp_path)


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfa = 'x'\nb = 1\n",
        b"a = 'x'\r\nb = 1\r\n",
        b"\xef\xbb\xbfa = 'x'\r\nb = 1",
    ],
)
def test_a_file_from_an_editor_on_windows_is_read(tmp_path: Path, data: bytes) -> None:
    """With a byte order mark, and with line ends of two bytes."""
    (tmp_path / "config.toml").write_bytes(data)

    assert tomlfile.parse(tmp_path / "config.toml") == {"a": "x", "b": 1}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"[analysis", ""),
        (b"a = ", ""),
        (b"a = '\xff'", ""),
        ("a = 1".encode("utf-16"), "it is UTF-16; save it as UTF-8"),
        (b"a = " + b"[" * 100_000, ""),
    ],
)
def test_what_is_no_toml_is_told(tmp_path: Path, data: bytes, why: str) -> None:
    """With the file's name."""
    (tmp_path / "config.toml").write_bytes(data)

    with pytest.raises(ConfigError, match=rf"config\.toml: is not TOML: .*{why}"):
        tomlfile.parse(tmp_path / "config.toml")
