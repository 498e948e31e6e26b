/* Prints the header to send with a call. Argument: the file of a private key. Link with -lpaykka_sign_ffi. */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "paykka_sign.h"

static void check(PaykkaResult result, const PaykkaError *error) {
    if (result != PAYKKA_RESULT_OK) {
        fprintf(stderr, "%s\n", error->text);
        exit(1);
    }
}

int main(int argc, char **argv) {
    const char *path = "/api/v2/merch/account/balance", *merchant = "M24061911365700670", *body = "{\"currency\":\"USD\"}";
    uint8_t pem[16384];
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    size_t pem_len = file == NULL ? 0 : fread(pem, 1, sizeof pem, file), nonce_len, value_len;
    uint64_t now = (uint64_t)time(NULL) * 1000;
    char nonce[PAYKKA_NONCE_LEN], value[4096];
    PaykkaSigningKey *key;
    PaykkaError error;
    if (file != NULL) {
        fclose(file);
    }
    /* five lines */
    check(paykka_signing_key_new("K001", 4, pem, pem_len, &key, &error), &error);
    check(paykka_nonce_generate(nonce, sizeof nonce, &nonce_len, &error), &error);
    check(paykka_sign(key, path, strlen(path), merchant, strlen(merchant), (const uint8_t *)body, strlen(body), now,
                      nonce, nonce_len, value, sizeof value, &value_len, &error), &error);
    printf("Authorization: %.*s\n", (int)value_len, value);
    paykka_signing_key_free(key);
    /* five lines */
    return 0;
}
