# SPDX-License-Identifier: MIT
"""What tests/sim/mutate breaks."""

# Files in which each ordering is weakened.
ORDERINGS = ['src/sched/inbox.c', 'src/sched/idle.c', 'src/sched/park.c', 'src/sched/park.h',
             'src/sched/lock.h', 'src/sched/run.c']

# path, text (once in the file), what it becomes, what is broken
EDITS = []

# path, part of the description, why the simulator cannot see it
MISSED = []
