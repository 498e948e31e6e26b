/* What the tests in C and C++ share: ending with a word, reading files, and the clock. */
#ifndef PAYKKA_TESTS_COMMON_H
#define PAYKKA_TESTS_COMMON_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "paykka_sign.h"

typedef struct {
    uint8_t *data; /* NULL: absent */
    size_t len;
} Bytes;

static inline void fail(const char *step, const char *why) {
    fprintf(stderr, "%s: %s\n", step, why);
    exit(1);
}

static inline void expect(PaykkaResult actual, PaykkaResult expected, const PaykkaError *error, const char *step) {
    if (actual != expected) {
        fprintf(stderr, "%s: expected %u, got %u (%s): %s\n", step, (unsigned)expected, (unsigned)actual,
                paykka_result_text(actual), error == NULL ? "" : error->text);
        exit(1);
    }
}

static inline void *allocate(size_t size) {
    void *place = malloc(size == 0 ? 1 : size);
    if (place == NULL) {
        fail("malloc", "no memory");
    }
    return place;
}

static inline Bytes read_file(const char *name) {
    Bytes content = {NULL, 0};
    long len;
    FILE *file = fopen(name, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (len = ftell(file)) < 0 || fseek(file, 0, SEEK_SET) != 0) {
        perror(name);
        exit(1);
    }
    content.len = (size_t)len;
    content.data = (uint8_t *)allocate(content.len);
    if (fread(content.data, 1, content.len, file) != content.len) {
        fail(name, "can't be read");
    }
    fclose(file);
    return content;
}

static inline uint64_t now_millis(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) {
        fail("clock", "can't be read");
    }
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static inline PaykkaSigningKey *signing_key(const char *key_id, const char *file) {
    PaykkaSigningKey *key;
    PaykkaError error;
    Bytes pem = read_file(file);
    expect(paykka_signing_key_new(key_id, strlen(key_id), pem.data, pem.len, &key, &error), PAYKKA_RESULT_OK, &error,
           file);
    free(pem.data);
    return key;
}

static inline void add_key(PaykkaKeyRing *ring, const char *key_id, const char *file) {
    PaykkaError error;
    Bytes pem = read_file(file);
    expect(paykka_key_ring_add(ring, key_id, strlen(key_id), pem.data, pem.len, &error), PAYKKA_RESULT_OK, &error, file);
    free(pem.data);
}

#endif
