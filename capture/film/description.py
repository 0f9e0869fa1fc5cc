"""Describes a clip that begins: its sidecar, before anything is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Callable

from capture import health
from capture.config import CaptureSettings
from capture.slots.fieldclock import FieldClock
from weir import __version__
from weir.clip import ClipName
from weir.clock import UTC, format_offset
from weir.sidecar import Sidecar


@dataclass(frozen=True)
class Describer:
    """Makes the sidecars of one daemon.

    Attributes:
        settings: the config, which names deployment and camera.
        clock: the daemon's clock.
        boot: the kernel's name for this boot.
        health: tells how the machine is.
    """

    settings: CaptureSettings
    clock: FieldClock
    boot: str
    health: Callable[[], Mapping[str, Any]] = health.read

    def begin(self, number: int, backend: str, camera: Mapping[str, Any]) -> Sidecar:
        """Make the sidecar of a clip that begins now.

        Args:
            number: the clip's number.
            backend: the name of the camera's backend.
            camera: the settings that the camera was opened with.
        """
        now = self.clock.now()
        start = now.replace(microsecond=now.microsecond // 1000 * 1000)
        local = start.astimezone(self.settings.deployment.zone)
        sidecar = self._sidecar(ClipName.at(number, local).format(), local, backend)
        return replace(
            sidecar,
            settings=dict(camera),
            clock_synchronised=self.clock.synchronised(),
            boot_id=self.boot,
            uptime_s=round(self.clock.monotonic(), 3),
        )

    def found(self, clip: str, start: datetime) -> Sidecar:
        """Make the sidecar of a clip of which only name and local start are known."""
        local = start.replace(tzinfo=self.settings.deployment.zone)
        return self._sidecar(clip, local, self.settings.capture.backend)

    def _sidecar(self, clip: str, local: datetime, backend: str) -> Sidecar:
        deployment, capture = self.settings.deployment, self.settings.capture
        return Sidecar(
            clip=clip,
            deployment=deployment.id,
            camera=deployment.camera,
            site=deployment.site,
            latitude=deployment.latitude,
            longitude=deployment.longitude,
            start=local.astimezone(UTC),
            end=local.astimezone(UTC),
            utc_offset=format_offset(local),
            clock_synchronised=None,
            framerate=capture.framerate,
            framerate_asked=capture.framerate,
            resolution=capture.resolution,
            rotation=capture.rotation,
            frames=0,
            bytes=0,
            sha256="",
            backend=backend,
            software=f"weir {__version__}",
        )
