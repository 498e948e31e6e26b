/* C through the C interface, as a peer that signs and verifies. */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "paykka_sign.h"

struct setup {
    PaykkaSigningKey *key;
    PaykkaKeyRing *ring;
    const char *path, *merchant;
    uint8_t body[65536];
    size_t body_len;
};

static void check(PaykkaResult result, const PaykkaError *error) {
    if (result != PAYKKA_RESULT_OK) {
        fprintf(stderr, "%s\n", error->text);
        exit(1);
    }
}

static size_t read_file(const char *name, uint8_t *into, size_t room) {
    FILE *file = fopen(name, "rb");
    size_t length = file == NULL ? 0 : fread(into, 1, room, file);
    if (length == 0) {
        fprintf(stderr, "%s can't be read\n", name);
        exit(1);
    }
    fclose(file);
    return length;
}

static uint64_t now_millis(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static size_t header(const struct setup *setup, char *value, size_t room) {
    char nonce[PAYKKA_NONCE_LEN];
    size_t nonce_len, value_len;
    PaykkaError error;
    check(paykka_nonce_generate(nonce, sizeof nonce, &nonce_len, &error), &error);
    check(paykka_sign(setup->key, setup->path, strlen(setup->path), setup->merchant, strlen(setup->merchant), setup->body,
                      setup->body_len, now_millis(), nonce, nonce_len, value, room, &value_len, &error), &error);
    return value_len;
}

static bool is_genuine(const struct setup *setup, const char *value) {
    PaykkaVerified verified;
    return paykka_verify(setup->ring, value, strlen(value), setup->path, strlen(setup->path), setup->merchant,
                         strlen(setup->merchant), setup->body, setup->body_len, now_millis(), 300000, &verified, NULL) ==
           PAYKKA_RESULT_OK;
}

int main(int argc, char **argv) {
    static struct setup setup;
    static char line[16384], word[16], value[8192], made[4096];
    uint8_t pem[16384];
    size_t length;
    PaykkaError error;
    if (argc != 7) {
        return 2;
    }
    setup.path = argv[4];
    setup.merchant = argv[5];
    setup.body_len = read_file(argv[3], setup.body, sizeof setup.body);
    length = read_file(argv[1], pem, sizeof pem);
    check(paykka_signing_key_new(argv[6], strlen(argv[6]), pem, length, &setup.key, &error), &error);
    length = read_file(argv[2], pem, sizeof pem);
    check(paykka_key_ring_new(false, &setup.ring, &error), &error);
    check(paykka_key_ring_add(setup.ring, argv[6], strlen(argv[6]), pem, length, &error), &error);

    while (fgets(line, sizeof line, stdin) != NULL) {
        long count = 0;
        double start = seconds();
        if (sscanf(line, "%15s", word) == 1 && strcmp(word, "header") == 0) {
            printf("%.*s\n", (int)header(&setup, made, sizeof made), made);
        } else if (sscanf(line, "judge %8191s", value) == 1) {
            puts(is_genuine(&setup, value) ? "genuine" : "refused");
        } else if (sscanf(line, "sign %ld", &count) == 1) {
            while (count-- > 0) {
                header(&setup, made, sizeof made);
            }
            printf("%.9f\n", seconds() - start);
        } else if (sscanf(line, "verify %ld %8191s", &count, value) == 2) {
            while (count-- > 0) {
                if (!is_genuine(&setup, value)) {
                    return 1;
                }
            }
            printf("%.9f\n", seconds() - start);
        } else {
            puts("unknown");
        }
        fflush(stdout);
    }
    paykka_signing_key_free(setup.key);
    paykka_key_ring_free(setup.ring);
    return 0;
}
