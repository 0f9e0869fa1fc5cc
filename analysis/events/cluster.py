"""Defines the events about a Dask cluster that the host's daemon logs."""

from __future__ import annotations

import logging

from weir.journal import Event

REACHED = Event(
    "cluster_reached",
    logging.INFO,
    "cluster reached scheduler={scheduler}",
    "The scheduler answers; clips go to its workers. Nothing to do.",
)
AWAY = Event(
    "cluster_away",
    logging.WARNING,
    "cluster not reached scheduler={scheduler} reason={reason}; clips wait",
    "The scheduler does not answer, or has gone. The daemon tries again every half"
    " minute at least, and clips that it had given out are given out anew. See that the"
    " scheduler runs, that its address is right, and that both have certificates of the"
    " same authority.",
)
JOINED = Event(
    "cluster_worker_joined",
    logging.INFO,
    "cluster worker joined worker={worker} host={host} threads={threads} clips={clips}",
    "A worker was found fit. Clips reach it over the shared folder, or in the jobs.",
)
LEFT = Event(
    "cluster_worker_left",
    logging.INFO,
    "cluster worker left worker={worker} host={host}",
    "A worker ended or was lost. What it had is given to another.",
)
REFUSED = Event(
    "cluster_worker_refused",
    logging.WARNING,
    "cluster worker refused worker={worker} reason={reason}",
    "It gets no clips. Where it has other versions, install there what the daemon has,"
    " and start it again: one run must not mix two ways of seeing.",
)
TROUBLED = Event(
    "cluster_worker_troubled",
    logging.WARNING,
    "cluster worker troubled worker={worker} clip={clip} reason={reason}",
    "It could not work a clip, which is given out again; this worker rests half a"
    " minute. Where this goes on, look at its own journal: a full disk, for one.",
)
SET_ASIDE = Event(
    "cluster_clip_set_aside",
    logging.WARNING,
    "clip set aside clip={clip} reason={reason}",
    "Two workers were lost with this clip, or it is too large to travel. It goes to no"
    " other worker of the cluster: the daemon's machine works it in a process of its"
    " own, by the rules for one machine.",
)
