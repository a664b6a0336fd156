"""What may be done with jobs: ask for one, work on those that are due, wait for the next, try again what was given up, sweep what is done."""

from tongban.jobs.acts.enqueue import enqueue
from tongban.jobs.acts.sweep import sweep
from tongban.jobs.acts.try_again import try_again
from tongban.jobs.acts.wait import wait
from tongban.jobs.acts.work import apart, at_once, work

__all__ = ["apart", "at_once", "enqueue", "sweep", "try_again", "wait", "work"]
