"""Models that cannot be used end the daemon, as any other config that is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from analysis import ModelError
from analysis.config import AnalysisConfig
from analysis.models.trial import try_models
from analysis.values.facts import Facts, ModelFacts
from weir import ConfigError
from weir.service import Service


def require_usable(config: AnalysisConfig, service: Service) -> Facts:
    """Try the models of a config.

    Args:
        config: names the models.
        service: shows what is done, and why it ends, as its status.

    Returns:
        The facts of the detector, and of classifier and verifier if there are any.

    Raises:
        ConfigError: a model cannot be used.
    """
    service.status("trying the models")
    try:
        return try_models(config)
    except ModelError as exc:
        service.status(str(exc))
        raise ConfigError(str(exc)) from exc


def require_same(
    began: Sequence[Optional[ModelFacts]], loaded: Sequence[Optional[ModelFacts]]
) -> None:
    """Refuse models that are not those under whose names the run is recorded.

    Raises:
        ModelError: a file was replaced since the run began.
    """
    for model, found in zip(began, loaded):
        if model and (changed := model.difference(found)):
            raise ModelError(
                f"{model.file}: was replaced while the daemon ran ({changed}); it is"
                " taken, as a new run, when the daemon starts again"
            )
