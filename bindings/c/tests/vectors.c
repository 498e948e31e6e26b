/* All of vectors/ in C. Argument: the file of cases, see cases.h. Prints how many there were. */
#define _POSIX_C_SOURCE 200809L

#include "cases.h"

#define MAX_KEYS 8

static struct {
    char id[PAYKKA_KEY_ID_SIZE];
    PaykkaSigningKey *key;
} keys[MAX_KEYS];
static int key_count = 0;

static const PaykkaSigningKey *key_of(const char *id) {
    int i;
    for (i = 0; i < key_count; ++i) {
        if (strcmp(keys[i].id, id) == 0) {
            return keys[i].key;
        }
    }
    fail(id, "no such key");
    return NULL;
}

static void compare(const char *name, const Bytes *expected, const uint8_t *actual, size_t actual_len) {
    if (actual_len != expected->len || memcmp(actual, expected->data, actual_len) != 0) {
        fail(name, "other bytes came out");
    }
}

static void sign(const Bytes *f) {
    const char *name = text(&f[1]);
    PaykkaError error;
    char value[4096];
    size_t written, size = f[7].len + 2200;
    uint8_t *string = (uint8_t *)allocate(size);
    expect(paykka_string_to_sign(text(&f[3]), f[3].len, text(&f[6]), f[6].len, f[7].data, f[7].len, number(&f[4]),
                                 text(&f[5]), f[5].len, string, size, &written, &error),
           PAYKKA_RESULT_OK, &error, name);
    if (f[8].data != NULL) {
        compare(name, &f[8], string, written);
    }
    free(string);
    expect(paykka_sign(key_of(text(&f[2])), text(&f[3]), f[3].len, text(&f[6]), f[6].len, f[7].data, f[7].len,
                       number(&f[4]), text(&f[5]), f[5].len, value, sizeof value, &written, &error),
           PAYKKA_RESULT_OK, &error, name);
    compare(name, &f[9], (const uint8_t *)value, written);
}

static void judge(const PaykkaKeyRing *ring, const Bytes *f) {
    PaykkaError error;
    PaykkaVerified verified;
    PaykkaResult expected = (PaykkaResult)number(&f[2]);
    expect(paykka_verify(ring, text(&f[3]), f[3].len, text(&f[4]), f[4].len, text(&f[5]), f[5].len, f[6].data, f[6].len,
                         number(&f[7]), number(&f[8]), &verified, &error),
           expected, &error, text(&f[1]));
    if ((expected == PAYKKA_RESULT_OK) != (verified.key_id[0] != '\0')) {
        fail(text(&f[1]), "the key id stands there exactly when the message is genuine");
    }
}

int main(int argc, char **argv) {
    size_t at = 0;
    int signed_cases = 0, judged = 0;
    Bytes file;
    Case one;
    PaykkaKeyRing *ring;
    PaykkaError error;
    if (argc != 2) {
        fail(argv[0], "a file of cases is wanted");
    }
    file = read_file(argv[1]);
    expect(paykka_key_ring_new(true, &ring, &error), PAYKKA_RESULT_OK, &error, "ring");
    while (next_case(&file, &at, &one)) {
        const Bytes *f = one.fields;
        if (strcmp(text(&f[0]), "key") == 0 && key_count < MAX_KEYS && f[1].len < PAYKKA_KEY_ID_SIZE) {
            strcpy(keys[key_count].id, text(&f[1]));
            keys[key_count++].key = signing_key(text(&f[1]), text(&f[2]));
            add_key(ring, text(&f[1]), text(&f[3]));
        } else if (strcmp(text(&f[0]), "sign") == 0) {
            sign(f);
            ++signed_cases;
        } else if (strcmp(text(&f[0]), "judge") == 0) {
            judge(ring, f);
            ++judged;
        } else {
            fail("cases", "a line of an unknown kind, or too many keys");
        }
        free_case(&one);
    }
    free(file.data);
    paykka_key_ring_free(ring);
    while (key_count > 0) {
        paykka_signing_key_free(keys[--key_count].key);
    }
    printf("%d signed, %d judged\n", signed_cases, judged);
    return 0;
}
