/* SPDX-License-Identifier: MIT */
/* User programs: ELF files for this processor that the build has put into the kernel. */
#include <errno.h>

#include "kernel.h"
#include "proc/process.h"

enum { LOAD = 1, EXECUTE = 1, WRITE = 2 };

static const char magic[4] = {0x7f, 'E', 'L', 'F'};

struct elf_header {
    char magic[4];
    uint8_t class, data, version, abi, unused[8];
    uint16_t type, machine;
    uint32_t file_version;
    uintptr_t entry, segments, sections;
    uint32_t flags;
    uint16_t size, segment_size, segment_count, section_size, section_count, names;
};

#if UINTPTR_MAX > UINT32_MAX
struct segment {
    uint32_t type, flags;
    uintptr_t offset, at, physical, in_file, in_memory, align;
};
#else
struct segment {
    uint32_t type;
    uintptr_t offset, at, physical, in_file, in_memory;
    uint32_t flags;
    uintptr_t align;
};
#endif

static const struct image *find(const char *name)
{
    for (const struct image *i = images; i->name; i++)
        if (!strcmp(i->name, name))
            return i;
    return NULL;
}

static int load_private(pte_t *space, const struct segment *s, const char *from)
{
    uintptr_t low = s->at & -(uintptr_t)PAGE_SIZE;
    uintptr_t high = (s->at + s->in_memory + PAGE_SIZE - 1) & -(uintptr_t)PAGE_SIZE;
    int err = memory_map(space, low, high, SPACE_WRITE);
    return err ? err : memory_out(space, s->at, from, s->in_file);
}

/* What cannot be written is not copied: its pages are those of the file in the kernel. */
static int load(pte_t *space, const struct segment *s, const char *file)
{
    const char *from = file + s->offset;
    if (s->flags & WRITE)
        return load_private(space, s, from);
    if (((uintptr_t)from | s->at) % PAGE_SIZE)
        return -ENOEXEC;
    return memory_share(space, s->at, from, s->in_memory, s->flags & EXECUTE ? SPACE_EXEC : 0);
}

int image_load(pte_t *space, const char *name, uintptr_t *entry, uintptr_t *heap)
{
    const struct image *image = find(name);
    if (!image)
        return -ENOENT;
    const struct elf_header *h = (const struct elf_header *)image->begin;
    const struct segment *s = (const struct segment *)(image->begin + h->segments);
    if (memcmp(h->magic, magic, sizeof magic))
        return -ENOEXEC;
    *entry = h->entry;
    *heap = USER_BEGIN;
    for (unsigned i = 0; i < h->segment_count; i++, s++) {
        uintptr_t end = (s->at + s->in_memory + PAGE_SIZE - 1) & -(uintptr_t)PAGE_SIZE;
        if (s->type != LOAD || !s->in_memory)
            continue;
        int err = load(space, s, image->begin);
        if (err)
            return err;
        if (end > *heap)
            *heap = end;
    }
    return 0;
}
