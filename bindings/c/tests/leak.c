/* Forgets to free a key, so that the tools that look for leaks can show that they would find one. */
#define _POSIX_C_SOURCE 200809L

#include "common.h"

int main(int argc, char **argv) {
    PaykkaSigningKey *key;
    if (argc < 2) {
        fail(argv[0], "a file of a key is wanted");
    }
    key = signing_key("K001", argv[1]);
    printf("%s\n", key == NULL ? "none" : "forgotten");
    key = NULL;
    return 0;
}
