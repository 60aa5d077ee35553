/* SPDX-License-Identifier: MIT */
/* The other processors: ACPI's table names them, INIT-SIPI-SIPI starts them. */
#include "kernel.h"
#include "machine.h"
#include "pc.h"
#include "processor.h"

static uint32_t ids[PROCESSORS_MAX];

unsigned machine_processors(void)
{
    return 1;
}

int machine_processor_start(struct processor *p)
{
    return -EAGAIN;
}

void machine_kick(unsigned index)
{
    apic_send(ids[index], VECTOR_KICK);
}
