"""Lets the workers of a Dask cluster work clips, on other machines too.

A job comes in, and what the work answers goes out, as from ``LocalExecutor``: the
daemon stays the only one that takes deliveries and writes the record. ``foreman`` and
``courier`` run in the daemon and give each job to one worker; ``relay`` runs in Dask's
worker processes and hands the job to a process of our own, which decodes: so a clip
that crashes, hangs or eats memory costs that process, as it does on one machine, and
Dask's own processes never read footage. A worker may die with a job, and a scheduler
with all of them: a job has no effect but its answer, so another worker is given it.

Only this folder imports ``distributed``, the extra ``cluster``.
"""
