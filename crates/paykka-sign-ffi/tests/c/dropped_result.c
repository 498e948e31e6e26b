/* Compiles only where dropped results aren't warned of. Never run. */

#include "paykka_sign.h"

int main(void) {
    paykka_signing_key_new("", 0, NULL, 0, NULL, NULL);
    paykka_signing_key_new_encrypted("", 0, NULL, 0, NULL, 0, NULL, NULL);
    paykka_signing_key_public_key(NULL, NULL, 0, NULL, NULL);
    paykka_key_ring_new(false, NULL, NULL);
    paykka_key_ring_add(NULL, "", 0, NULL, 0, NULL);
    paykka_key_ring_add_only(NULL, NULL, 0, NULL);
    paykka_key_ring_remove(NULL, "", 0, NULL);
    paykka_nonce_generate(NULL, 0, NULL, NULL);
    paykka_sign(NULL, "", 0, NULL, 0, NULL, 0, 0, "", 0, NULL, 0, NULL, NULL);
    paykka_string_to_sign("", 0, NULL, 0, NULL, 0, 0, "", 0, NULL, 0, NULL, NULL);
    paykka_verify(NULL, "", 0, "", 0, NULL, 0, NULL, 0, 0, 0, NULL, NULL);
    paykka_diagnose(NULL, "", 0, "", 0, NULL, 0, NULL, 0, 0, 0, NULL, NULL, 0, NULL, NULL);
    return 0;
}
