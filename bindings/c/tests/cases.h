/*
 * The cases of vectors/ in a form that needs no JSON: a line each, fields separated by one blank, each field in
 * hexadecimal digits after an `x`, or `-` for what is absent.
 *
 *   key   KEY_ID PRIVATE_FILE PUBLIC_FILE
 *   sign  NAME KEY_ID PATH MILLIS NONCE MERCHANT BODY STRING_TO_SIGN AUTHORIZATION
 *   judge NAME RESULT AUTHORIZATION PATH MERCHANT BODY NOW_MILLIS TOLERANCE_MILLIS
 */
#ifndef PAYKKA_TESTS_CASES_H
#define PAYKKA_TESTS_CASES_H

#include "common.h"

#define MAX_FIELDS 10

typedef struct {
    Bytes fields[MAX_FIELDS]; /* each with a NUL behind it */
    int count;
} Case;

static inline int digit(int c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Reads the next line from `*at`; 0 at the end. The first field is the line's kind. */
static inline int next_case(const Bytes *file, size_t *at, Case *one) {
    one->count = 0;
    if (*at >= file->len) {
        return 0;
    }
    while (*at < file->len && file->data[*at] != '\n') {
        size_t start = *at, i;
        Bytes field = {NULL, 0};
        while (*at < file->len && file->data[*at] != '\n' && file->data[*at] != ' ') {
            ++*at;
        }
        if (one->count == MAX_FIELDS) {
            fail("cases", "too many fields");
        }
        if (file->data[start] == 'x') {
            field.len = (*at - start - 1) / 2;
            field.data = (uint8_t *)allocate(field.len + 1);
            for (i = 0; i < field.len; ++i) {
                const uint8_t *pair = file->data + start + 1 + 2 * i;
                field.data[i] = (uint8_t)(digit(pair[0]) * 16 + digit(pair[1]));
            }
            field.data[field.len] = 0;
        } else if (file->data[start] != '-') {
            fail("cases", "a field is neither - nor x");
        }
        one->fields[one->count++] = field;
        if (*at < file->len && file->data[*at] == ' ') {
            ++*at;
        }
    }
    ++*at;
    return 1;
}

static inline void free_case(Case *one) {
    int i;
    for (i = 0; i < one->count; ++i) {
        free(one->fields[i].data);
    }
}

static inline const char *text(const Bytes *field) {
    return (const char *)field->data;
}

static inline uint64_t number(const Bytes *field) {
    return strtoull(text(field), NULL, 10);
}

#endif
