"""Chooses who works the clips: this machine, or a cluster."""

from __future__ import annotations

from analysis.config import AnalysisConfig
from analysis.work.cluster.address import cluster_of
from analysis.work.executor import Executor, LocalExecutor
from weir.clock import Clock

_DASK = "dask"


def require_executor(config: AnalysisConfig) -> None:
    """Check what the config says about a cluster, where it wants one.

    Raises:
        ConfigError: it cannot be used.
    """
    if config.executor == _DASK:
        cluster_of(config)


def executor_for(
    config: AnalysisConfig, clock: Clock, *, beside: bool = False
) -> Executor:
    """Make the executor that the config names.

    Args:
        config: names it.
        clock: tells how long things take.
        beside: whether a daemon may run, too, and alone says how the cluster does.

    Raises:
        ConfigError: what it says about the cluster cannot be used.
        OSError: the cluster's probe cannot be written.
    """
    if config.executor != _DASK:
        return LocalExecutor(config.workers)
    # Dask is an extra, and takes a second to import.
    from analysis.work.cluster.executor import DaskExecutor

    state = None if beside else config.folder
    return DaskExecutor(cluster_of(config), config.folder, clock, state=state)
