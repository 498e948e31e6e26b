// Signing and verifying for the PayKKa OpenAPI in C++17, over paykka_sign.h: handles end by themselves, and what isn't
// right is an exception, so that no verdict can be overlooked.
#ifndef PAYKKA_HPP
#define PAYKKA_HPP

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "paykka_sign.h"

namespace paykka {

// Why a call failed. what() names the thing and the fix, and never holds a key, a body or a whole header.
class error : public std::runtime_error {
  public:
    error(PaykkaResult result, const std::string &text) : std::runtime_error(text), result_(result) {}
    // The reason for programs, such as PAYKKA_RESULT_KEY.
    PaykkaResult result() const noexcept { return result_; }

  private:
    PaykkaResult result_;
};

// The message is malformed, forged, of an unknown key, or outside the window: don't use it. By key_ring::verify alone.
class refused : public error {
    using error::error;
};

// What a signature covers beside time and nonce. The views must live as long as the call that takes them.
struct message {
    std::string_view path;                                    // from '/', without host and query
    std::optional<std::string_view> merchant = std::nullopt;  // X-Merch-Id, absent where it isn't sent
    std::string_view body = {};                               // byte for byte
};

// What a genuine message's header says beside the signature.
struct verified {
    std::string key_id;
    std::string nonce;
    std::uint64_t timestamp_millis;
};

inline std::uint64_t now_millis() {
    using namespace std::chrono;
    const auto since = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
    return since < 0 ? 0 : static_cast<std::uint64_t>(since);
}

namespace detail {

inline void check(PaykkaResult result, const PaykkaError &why) {
    if (result != PAYKKA_RESULT_OK) {
        throw error(result, why.text);
    }
}

// Of verifying, where some failures are the message's.
inline void check_verdict(PaykkaResult result, const PaykkaError &why) {
    switch (result) {
        case PAYKKA_RESULT_HEADER:
        case PAYKKA_RESULT_FIELD:
        case PAYKKA_RESULT_UNKNOWN_KEY:
        case PAYKKA_RESULT_SIGNATURE:
        case PAYKKA_RESULT_EARLY:
        case PAYKKA_RESULT_LATE:
            throw refused(result, why.text);
        default:
            check(result, why);
    }
}

// NULL means absent to the library, and a view of nothing may be NULL.
inline const char *text(std::string_view view) { return view.data() == nullptr ? "" : view.data(); }
inline const std::uint8_t *bytes(std::string_view view) { return reinterpret_cast<const std::uint8_t *>(text(view)); }
inline const char *text(const std::optional<std::string_view> &view) { return view ? text(*view) : nullptr; }
inline std::size_t size(const std::optional<std::string_view> &view) { return view ? view->size() : 0; }

// Calls with a buffer that nearly always fits, and once more where it doesn't.
template <typename Call> std::string filled(std::size_t room, Call call) {
    std::string out(room, '\0');
    PaykkaError why;
    std::size_t written = 0;
    PaykkaResult result = call(out.data(), out.size(), &written, &why);
    if (result == PAYKKA_RESULT_BUFFER_TOO_SMALL) {
        out.resize(written);
        result = call(out.data(), out.size(), &written, &why);
    }
    check(result, why);
    out.resize(written);
    return out;
}

inline void check_abi() {
    if (paykka_abi_version() != PAYKKA_ABI_VERSION) {
        throw std::runtime_error("the loaded libpaykka_sign_ffi has another interface than paykka_sign.h describes; "
                                 "install the two together");
    }
}

struct ends {
    void operator()(PaykkaSigningKey *key) const noexcept { paykka_signing_key_free(key); }
    void operator()(PaykkaKeyRing *ring) const noexcept { paykka_key_ring_free(ring); }
};

}  // namespace detail

// A fresh nonce of the operating system's randomness.
inline std::string nonce() {
    return detail::filled(PAYKKA_NONCE_LEN, [](char *out, std::size_t len, std::size_t *written, PaykkaError *why) {
        return paykka_nonce_generate(out, len, written, why);
    });
}

// The exact bytes that are signed, for a signer elsewhere. Throws error.
inline std::string string_to_sign(const message &m, std::uint64_t timestamp_millis, std::string_view nonce) {
    using namespace detail;
    return filled(m.body.size() + 2200, [&](char *out, std::size_t len, std::size_t *written, PaykkaError *why) {
        return paykka_string_to_sign(text(m.path), m.path.size(), text(m.merchant), detail::size(m.merchant), bytes(m.body),
                                     m.body.size(), timestamp_millis, text(nonce), nonce.size(),
                                     reinterpret_cast<std::uint8_t *>(out), len, written, why);
    });
}

// A private key and its id. Any number of threads may use one.
class signing_key {
  public:
    // PKCS#8 or PKCS#1, as PEM, DER or bare Base64. Throws error.
    signing_key(std::string_view key_id, std::string_view private_key) {
        using namespace detail;
        check_abi();
        PaykkaSigningKey *key = nullptr;
        PaykkaError why;
        check(paykka_signing_key_new(text(key_id), key_id.size(), bytes(private_key), private_key.size(), &key, &why), why);
        key_.reset(key);
    }

    // PKCS#8 under a passphrase. Throws error.
    signing_key(std::string_view key_id, std::string_view private_key, std::string_view passphrase) {
        using namespace detail;
        check_abi();
        PaykkaSigningKey *key = nullptr;
        PaykkaError why;
        check(paykka_signing_key_new_encrypted(text(key_id), key_id.size(), bytes(private_key), private_key.size(),
                                               bytes(passphrase), passphrase.size(), &key, &why),
              why);
        key_.reset(key);
    }

    // The value of `Authorization`, at the time and with the nonce that are given; of now and fresh ones without.
    // Throws error.
    std::string sign(const message &m) const { return sign(m, now_millis(), paykka::nonce()); }
    std::string sign(const message &m, std::uint64_t timestamp_millis, std::string_view nonce) const {
        using namespace detail;
        return filled(4096, [&](char *out, std::size_t len, std::size_t *written, PaykkaError *why) {
            return paykka_sign(key_.get(), text(m.path), m.path.size(), text(m.merchant), detail::size(m.merchant),
                               bytes(m.body), m.body.size(), timestamp_millis, text(nonce), nonce.size(), out, len, written,
                               why);
        });
    }

    // The public half as SPKI PEM, to hand over.
    std::string public_key() const {
        return detail::filled(1024, [&](char *out, std::size_t len, std::size_t *written, PaykkaError *why) {
            return paykka_signing_key_public_key(key_.get(), out, len, written, why);
        });
    }

    const PaykkaSigningKey *handle() const noexcept { return key_.get(); }

  private:
    std::unique_ptr<PaykkaSigningKey, detail::ends> key_;
};

// The public keys that are accepted. Any number of threads may use and change one.
class key_ring {
  public:
    // An empty ring for real keys.
    key_ring() : key_ring(false) {}
    // A ring for tests on one machine, which takes published keys.
    static key_ring for_loopback() { return key_ring(true); }

    // SPKI, PKCS#1 or certificate, as PEM, DER or bare Base64. Throws error, and changes nothing then.
    void add(std::string_view key_id, std::string_view public_key) {
        using namespace detail;
        PaykkaError why;
        check(paykka_key_ring_add(ring_.get(), text(key_id), key_id.size(), bytes(public_key), public_key.size(), &why),
              why);
    }

    // The ring's one key, whatever id a message names. Throws error, and changes nothing then.
    void add_only(std::string_view public_key) {
        PaykkaError why;
        detail::check(paykka_key_ring_add_only(ring_.get(), detail::bytes(public_key), public_key.size(), &why), why);
    }

    // Throws error where no key stands under this id.
    void remove(std::string_view key_id) {
        PaykkaError why;
        detail::check(paykka_key_ring_remove(ring_.get(), detail::text(key_id), key_id.size(), &why), why);
    }

    // Returns for a genuine message in time alone; throws refused, or error for arguments.
    verified verify(std::string_view authorization, const message &m, std::uint64_t now = now_millis(),
                    std::uint64_t tolerance_millis = 300000) const {
        using namespace detail;
        PaykkaVerified found;
        PaykkaError why;
        check_verdict(paykka_verify(ring_.get(), text(authorization), authorization.size(), text(m.path), m.path.size(),
                            text(m.merchant), detail::size(m.merchant), bytes(m.body), m.body.size(), now, tolerance_millis,
                            &found, &why),
              why);
        return {found.key_id, found.nonce, found.timestamp_millis};
    }

    // Why a message is refused, as JSON. Slow: for a person at a desk.
    std::string diagnose(std::string_view authorization, const message &m, std::uint64_t now = now_millis(),
                         std::uint64_t tolerance_millis = 300000, const signing_key *own_key = nullptr) const {
        using namespace detail;
        return filled(65536, [&](char *out, std::size_t len, std::size_t *written, PaykkaError *why) {
            return paykka_diagnose(ring_.get(), text(authorization), authorization.size(), text(m.path), m.path.size(),
                                   text(m.merchant), detail::size(m.merchant), bytes(m.body), m.body.size(), now,
                                   tolerance_millis, own_key == nullptr ? nullptr : own_key->handle(), out, len, written,
                                   why);
        });
    }

  private:
    explicit key_ring(bool for_loopback) {
        detail::check_abi();
        PaykkaKeyRing *ring = nullptr;
        PaykkaError why;
        detail::check(paykka_key_ring_new(for_loopback, &ring, &why), why);
        ring_.reset(ring);
    }

    std::unique_ptr<PaykkaKeyRing, detail::ends> ring_;
};

}  // namespace paykka

#endif
