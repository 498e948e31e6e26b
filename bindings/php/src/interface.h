/* Of paykka_sign.h what is called here, as PHP's FFI reads it: no preprocessor, and bytes are char, since that is what
 * PHP takes strings for. A test compares the two. */
typedef uint32_t PaykkaResult;
typedef struct PaykkaKeyRing PaykkaKeyRing;
typedef struct PaykkaSigningKey PaykkaSigningKey;
typedef struct { char text[512]; } PaykkaError;
typedef struct { uint64_t timestamp_millis; char key_id[129]; char nonce[65]; } PaykkaVerified;
PaykkaResult paykka_nonce_generate(char *out, size_t out_len, size_t *written, PaykkaError *error);
PaykkaResult paykka_key_ring_new(bool for_loopback, PaykkaKeyRing **out, PaykkaError *error);
PaykkaResult paykka_key_ring_add(const PaykkaKeyRing *ring, const char *key_id, size_t key_id_len,
    const char *public_key, size_t public_key_len, PaykkaError *error);
PaykkaResult paykka_key_ring_add_only(const PaykkaKeyRing *ring, const char *public_key, size_t public_key_len,
    PaykkaError *error);
PaykkaResult paykka_key_ring_remove(const PaykkaKeyRing *ring, const char *key_id, size_t key_id_len,
    PaykkaError *error);
void paykka_key_ring_free(PaykkaKeyRing *ring);
PaykkaResult paykka_signing_key_new(const char *key_id, size_t key_id_len, const char *private_key,
    size_t private_key_len, PaykkaSigningKey **out, PaykkaError *error);
PaykkaResult paykka_signing_key_new_encrypted(const char *key_id, size_t key_id_len, const char *private_key,
    size_t private_key_len, const char *passphrase, size_t passphrase_len, PaykkaSigningKey **out,
    PaykkaError *error);
void paykka_signing_key_free(PaykkaSigningKey *key);
PaykkaResult paykka_signing_key_public_key(const PaykkaSigningKey *key, char *out, size_t out_len, size_t *written,
    PaykkaError *error);
PaykkaResult paykka_sign(const PaykkaSigningKey *key, const char *path, size_t path_len, const char *merchant,
    size_t merchant_len, const char *body, size_t body_len, uint64_t timestamp_millis, const char *nonce,
    size_t nonce_len, char *out, size_t out_len, size_t *written, PaykkaError *error);
PaykkaResult paykka_string_to_sign(const char *path, size_t path_len, const char *merchant, size_t merchant_len,
    const char *body, size_t body_len, uint64_t timestamp_millis, const char *nonce, size_t nonce_len, char *out,
    size_t out_len, size_t *written, PaykkaError *error);
PaykkaResult paykka_verify(const PaykkaKeyRing *ring, const char *authorization, size_t authorization_len,
    const char *path, size_t path_len, const char *merchant, size_t merchant_len, const char *body, size_t body_len,
    uint64_t now_millis, uint64_t tolerance_millis, PaykkaVerified *verified, PaykkaError *error);
PaykkaResult paykka_diagnose(const PaykkaKeyRing *ring, const char *authorization, size_t authorization_len,
    const char *path, size_t path_len, const char *merchant, size_t merchant_len, const char *body, size_t body_len,
    uint64_t now_millis, uint64_t tolerance_millis, const PaykkaSigningKey *own_key, char *out, size_t out_len,
    size_t *written, PaykkaError *error);
const char *paykka_version(void);
