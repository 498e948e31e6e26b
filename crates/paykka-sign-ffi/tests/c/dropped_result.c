/* Compiles only where dropped results aren't warned of. Never run. */

#include "paykka_sign.h"

int main(void) {
    paykka_signing_key_new("", 0, "", 0, NULL);
    paykka_key_ring_new_single("", 0, "", 0, false, NULL);
    paykka_sign(NULL, "", 0, NULL, 0, NULL, 0, 0, "", 0, NULL, 0, NULL);
    paykka_verify(NULL, "", 0, "", 0, NULL, 0, NULL, 0, 0, 0);
    return 0;
}
