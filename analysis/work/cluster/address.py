"""Checks what the config says about the cluster, before anything is opened."""

from __future__ import annotations

import importlib.util
import ipaddress
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Optional
from urllib.parse import urlsplit

from analysis.config import AnalysisConfig
from weir import ConfigError

TLS_KEYS = ("tls_ca", "tls_cert", "tls_key")
_MAKE = (
    "make certificates with systemd/certificates.sh, one for each machine, and name"
    " this machine's in tls_ca, tls_cert and tls_key"
)


@dataclass(frozen=True)
class ClusterAddress:
    """Where the scheduler answers, and what proves who speaks.

    Attributes:
        scheduler: like ``tls://host:8786``.
        tls: the files of the authority, of the certificate and of its key; None for
            ``tcp://``, which reaches this machine only.
    """

    scheduler: str
    tls: Optional[tuple[Path, Path, Path]]


def cluster_of(config: AnalysisConfig) -> ClusterAddress:
    """Read the address of the cluster.

    Raises:
        ConfigError: it is missing or not safe, a file cannot be used, or Dask is not
            installed.
    """
    scheme, host = _parts(config.scheduler)
    if importlib.util.find_spec("distributed") is None:
        raise ConfigError(
            'analysis.executor = "dask": Dask is not installed; install Weir with its'
            " extra: pip install 'weir[cluster]'"
        )
    if scheme == "tls":
        return ClusterAddress(config.scheduler, _files(config))
    if not _is_loopback(host):
        raise ConfigError(
            f'analysis.scheduler = "{config.scheduler}": tcp:// is for this machine'
            f" only, because whoever reaches it can run programs; expected tls://:"
            f" {_MAKE}"
        )
    return ClusterAddress(config.scheduler, None)


def _parts(scheduler: str) -> tuple[str, str]:
    """Split the address.

    Returns:
        Its scheme and its host.
    """
    try:
        split = urlsplit(scheduler)
        is_whole = split.scheme in ("tls", "tcp") and split.hostname and split.port
    except ValueError:
        is_whole = False
    if not is_whole or split.path or split.query or split.fragment or split.username:
        raise ConfigError(
            f'analysis.scheduler = "{scheduler}": expected the address of a Dask'
            ' scheduler, like "tls://host:8786"'
        )
    return split.scheme, split.hostname or ""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _files(config: AnalysisConfig) -> tuple[Path, Path, Path]:
    named = [(key, getattr(config, key)) for key in TLS_KEYS]
    for key, path in named:
        if path is None:
            raise ConfigError(f"analysis.{key}: missing; {_MAKE}")
        try:
            path.open("rb").close()
        except OSError as exc:
            raise ConfigError(
                f'analysis.{key} = "{path}": cannot be read'
                f" ({exc.strerror}); let the service's user read it, or {_MAKE}"
            ) from exc
    key_file: Path = named[2][1]
    if stat.S_IMODE(key_file.stat().st_mode) & 0o077:
        raise ConfigError(
            f'analysis.tls_key = "{key_file}": others may use it, and whoever holds it'
            f" can run programs on every machine of the cluster; chmod 600 {key_file}"
        )
    authority, certificate, key_path = (path for _, path in named)
    return authority, certificate, key_path
