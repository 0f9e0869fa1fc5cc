"""Models that cannot be used end the daemon, as any other config that is wrong."""

from __future__ import annotations

from analysis import ModelError
from analysis.config import AnalysisConfig
from analysis.models.trial import try_models
from analysis.values.facts import Facts
from weir import ConfigError
from weir.service import Service


def require_usable(config: AnalysisConfig, service: Service) -> Facts:
    """Try the models of a config.

    Args:
        config: names the models.
        service: shows what is done, and why it ends, as its status.

    Returns:
        The facts of the detector, and of the classifier if there is one.

    Raises:
        ConfigError: a model cannot be used.
    """
    service.status("trying the models")
    try:
        return try_models(config)
    except ModelError as exc:
        service.status(str(exc))
        raise ConfigError(str(exc)) from exc
