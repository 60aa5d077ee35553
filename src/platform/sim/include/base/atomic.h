/* SPDX-License-Identifier: MIT */
/*
 * The atomics of the core in the simulator's world: each is a choice point and goes through the
 * store buffer of its virtual cpu. This folder comes first on the include path of libfaden-sim,
 * so the sources of the core find this file in place of src/base/atomic.h.
 */
#ifndef FADEN_BASE_ATOMIC_H
#define FADEN_BASE_ATOMIC_H

#include <faden/sim.h>

#define SIM_CORE(order) (FADEN_SIM__CORE | (order))

#define load_relaxed(p) faden_sim_load(p, SIM_CORE(__ATOMIC_RELAXED))
#define load_acquire(p) faden_sim_load(p, SIM_CORE(__ATOMIC_ACQUIRE))
#define load_seq_cst(p) faden_sim_load(p, SIM_CORE(__ATOMIC_SEQ_CST))
#define store_relaxed(p, v) faden_sim_store(p, v, SIM_CORE(__ATOMIC_RELAXED))
#define store_release(p, v) faden_sim_store(p, v, SIM_CORE(__ATOMIC_RELEASE))
#define store_seq_cst(p, v) faden_sim_store(p, v, SIM_CORE(__ATOMIC_SEQ_CST))
#define exchange_acquire(p, v) faden_sim_exchange(p, v, SIM_CORE(__ATOMIC_ACQUIRE))
#define exchange_acq_rel(p, v) faden_sim_exchange(p, v, SIM_CORE(__ATOMIC_ACQ_REL))
#define exchange_seq_cst(p, v) faden_sim_exchange(p, v, SIM_CORE(__ATOMIC_SEQ_CST))
#define fetch_add_relaxed(p, v) faden_sim_fetch_add(p, v, SIM_CORE(__ATOMIC_RELAXED))
#define fetch_add_acq_rel(p, v) faden_sim_fetch_add(p, v, SIM_CORE(__ATOMIC_ACQ_REL))
#define fetch_add_seq_cst(p, v) faden_sim_fetch_add(p, v, SIM_CORE(__ATOMIC_SEQ_CST))
#define cas_seq_cst(p, old, v) faden_sim_cas(p, old, v, SIM_CORE(__ATOMIC_SEQ_CST))

#define compiler_barrier() __asm__ volatile("" ::: "memory")

#endif
