/* SPDX-License-Identifier: MIT */
/*
 * _dl_find_object for programs with musl: the unwinder that comes with a gcc for glibc asks it
 * where the unwind tables of an address are (glibc manual, "Dynamic Linker Introspection").
 */
#define _GNU_SOURCE
#include <link.h>
#include <stdint.h>
#include <string.h>

struct dl_find_object {
    unsigned long long flags;
    void *map_start, *map_end;
    struct link_map *link_map;
    void *eh_frame; /* the segment PT_GNU_EH_FRAME */
    unsigned long long reserved[7];
};

struct search {
    uintptr_t pc;
    struct dl_find_object *result;
};

static int look(struct dl_phdr_info *info, size_t size, void *arg)
{
    struct search *s = arg;
    const ElfW(Phdr) *p = info->dlpi_phdr, *end = p + info->dlpi_phnum, *tables = NULL;
    int found = 0;
    for (; p < end; p++) {
        if (p->p_type == PT_GNU_EH_FRAME)
            tables = p;
        if (p->p_type == PT_LOAD && s->pc - info->dlpi_addr - p->p_vaddr < p->p_memsz) {
            s->result->map_start = (void *)(info->dlpi_addr + p->p_vaddr);
            s->result->map_end = (void *)(info->dlpi_addr + p->p_vaddr + p->p_memsz);
            found = 1;
        }
    }
    if (found && tables)
        s->result->eh_frame = (void *)(info->dlpi_addr + tables->p_vaddr);
    return found;
}

int _dl_find_object(void *pc, struct dl_find_object *result);

int _dl_find_object(void *pc, struct dl_find_object *result)
{
    struct search s = {(uintptr_t)pc, result};
    memset(result, 0, sizeof *result);
    return dl_iterate_phdr(look, &s) && result->eh_frame ? 0 : -1;
}
