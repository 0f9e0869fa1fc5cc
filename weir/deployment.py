"""The config's ``[deployment]`` table, which both daemons read."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property
from typing import Any, Optional
from zoneinfo import ZoneInfo

from weir.config import list_of, number, one_of, setting, text, whole
from weir.zone import SystemZone


def _zone_name(value: Any) -> str:
    name = text(value)
    try:
        if name:
            ZoneInfo(name)
    except (LookupError, ValueError, OSError) as exc:
        raise ValueError(
            'a time zone like "Europe/Berlin", or "" for the system\'s'
        ) from exc
    return name


def _identity(value: Any) -> str:
    name = unicodedata.normalize("NFC", text(value).strip())
    if any(ord(letter) < 32 for letter in name) or len(name) > 100:
        raise ValueError("a short name on one line")
    return name


@dataclass(frozen=True)
class Contributor:
    """Somebody who made the data.

    Attributes:
        title: a person's or an institution's name.
        role: one of ``ROLES``.
        email: empty where it is not published.
    """

    title: str
    role: str
    email: str = ""


ROLES = ("contributor", "contact", "principalInvestigator", "rightsHolder", "publisher")
DESIGNS = (
    *("simpleRandom", "systematicRandom", "clusteredRandom"),
    *("experimental", "targeted", "opportunistic"),
)


def _contributor(value: Any) -> Contributor:
    expected = '{ title = "Anna Alvers", role = "contact", email = "" }'
    if not isinstance(value, dict) or set(value) - {"title", "role", "email"}:
        raise ValueError(expected)
    title, role = value.get("title"), value.get("role", ROLES[0])
    if not isinstance(title, str) or not title.strip():
        raise ValueError(f"{expected}, with a title")
    if role not in ROLES:
        raise ValueError(f"{expected}, with one of the roles {', '.join(ROLES)}")
    return Contributor(title, role, text(value.get("email", "")))


@dataclass(frozen=True)
class DeploymentConfig:
    """``[deployment]``: it is copied into every sidecar and every export.

    Attributes:
        id: the deployment's name; required.
        camera: the camera's name within it; required.
        latitude, longitude: degrees, WGS 84.
        timezone: an IANA name; empty for the system's.
        title: what the study is called; this and what follows is for Camtrap DP.
        contributors: who made the data.
        data_licence, media_licence: what others may do with the tables and the footage,
            as an SPDX name like CC-BY-4.0; empty where nothing is said.
        sampling_design: how the places were chosen; empty where nothing is said.
        coordinate_precision: to which part of a degree coordinates are rounded before
            they are published; 0 for as they are.
        coordinate_uncertainty: in metres; 0 where nobody knows.
        camera_depth: in metres below the surface; None where nobody knows.
        habitat: in words.
    """

    id: str = setting("", _identity)
    camera: str = setting("", _identity)
    site: str = setting("", _identity)
    latitude: Optional[float] = setting(None, number(-90, 90))
    longitude: Optional[float] = setting(None, number(-180, 180))
    timezone: str = setting("", _zone_name)
    title: str = setting("", text)
    contributors: tuple[Contributor, ...] = setting(
        (), list_of(_contributor, "a list of contributors")
    )
    data_licence: str = setting("", text)
    media_licence: str = setting("", text)
    sampling_design: str = setting("", one_of("", *DESIGNS))
    coordinate_precision: float = setting(0, number(0, 1))
    coordinate_uncertainty: int = setting(0, whole(0))
    camera_depth: Optional[float] = setting(None, number(0))
    habitat: str = setting("", text)

    @cached_property
    def zone(self) -> tzinfo:
        """The zone of all local times: one object for all who have this config."""
        return ZoneInfo(self.timezone) if self.timezone else SystemZone()
