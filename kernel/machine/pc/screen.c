/* SPDX-License-Identifier: MIT */
/* The text screen at 0xb8000: 25 lines of 80 cells, each a character and its colours. */
#include "kernel.h"
#include "machine.h"
#include "pc.h"

enum { COLUMNS = 80, ROWS = 25, GREY = 0x07, CURSOR_INDEX = 0x3d4, CURSOR_DATA = 0x3d5 };

static unsigned column, row;

volatile uint16_t *machine_screen(unsigned *columns, unsigned *rows)
{
    *columns = COLUMNS;
    *rows = ROWS;
    return direct(0xb8000);
}

static void scroll(volatile uint16_t *cells)
{
    for (unsigned i = 0; i < COLUMNS * (ROWS - 1); i++)
        cells[i] = cells[i + COLUMNS];
    for (unsigned i = COLUMNS * (ROWS - 1); i < COLUMNS * ROWS; i++)
        cells[i] = GREY << 8 | ' ';
    row--;
}

static void show_cursor(void)
{
    unsigned at = row * COLUMNS + column;
    out8(CURSOR_INDEX, 14);
    out8(CURSOR_DATA, (uint8_t)(at >> 8));
    out8(CURSOR_INDEX, 15);
    out8(CURSOR_DATA, (uint8_t)at);
}

void screen_init(void)
{
    volatile uint16_t *cells = direct(0xb8000);
    for (unsigned i = 0; i < COLUMNS * ROWS; i++)
        cells[i] = GREY << 8 | ' ';
}

void screen_put(char c)
{
    volatile uint16_t *cells = direct(0xb8000);
    if (c == '\b' && column > 0)
        column--;
    else if (c == '\r')
        column = 0;
    else if ((unsigned char)c >= ' ')
        cells[row * COLUMNS + column++] = (uint16_t)(GREY << 8 | (unsigned char)c);
    if (c == '\n' || column == COLUMNS) {
        column = 0;
        row++;
    }
    if (row == ROWS)
        scroll(cells);
    if (c == '\n')
        show_cursor();
}
