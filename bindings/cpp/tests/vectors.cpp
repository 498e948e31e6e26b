// All of vectors/ in C++. Argument: the file of cases, see bindings/c/tests/cases.h. Prints how many there were.
#include <iostream>
#include <map>

#include "paykka.hpp"

#include "../../c/tests/cases.h"

namespace {

std::string_view view(const Bytes &field) { return {text(&field), field.len}; }
std::string string(const Bytes &field) { return std::string(view(field)); }

std::string content(const Bytes &name) {
    Bytes file = read_file(text(&name));
    std::string copy = string(file);
    free(file.data);
    return copy;
}

std::optional<std::string_view> optional(const Bytes &field) {
    return field.data == nullptr ? std::nullopt : std::optional(view(field));
}

void same(const Bytes &name, std::string_view expected, std::string_view actual) {
    if (expected != actual) {
        fail(text(&name), "other bytes came out");
    }
}

PaykkaResult verdict(const paykka::key_ring &ring, const Bytes *f) {
    try {
        ring.verify(view(f[3]), {view(f[4]), optional(f[5]), view(f[6])}, number(&f[7]), number(&f[8]));
        return PAYKKA_RESULT_OK;
    } catch (const paykka::error &error) {
        return error.result();
    }
}

}  // namespace

int main(int argc, char **argv) try {
    if (argc != 2) {
        fail(argv[0], "a file of cases is wanted");
    }
    std::map<std::string, paykka::signing_key> keys;
    auto ring = paykka::key_ring::for_loopback();
    int signed_cases = 0, judged = 0;
    Bytes file = read_file(argv[1]);
    std::size_t at = 0;
    Case one;
    while (next_case(&file, &at, &one)) {
        const Bytes *f = one.fields;
        const std::string kind = string(f[0]);
        if (kind == "key") {
            const auto &key = keys.emplace(string(f[1]), paykka::signing_key(view(f[1]), content(f[2]))).first->second;
            same(f[1], content(f[3]), key.public_key());
            ring.add(view(f[1]), content(f[3]));
        } else if (kind == "sign") {
            const paykka::message message{view(f[3]), optional(f[6]), view(f[7])};
            if (f[8].data != nullptr) {
                same(f[1], view(f[8]), paykka::string_to_sign(message, number(&f[4]), view(f[5])));
            }
            same(f[1], view(f[9]), keys.at(string(f[2])).sign(message, number(&f[4]), view(f[5])));
            ++signed_cases;
        } else if (kind == "judge") {
            expect(verdict(ring, f), static_cast<PaykkaResult>(number(&f[2])), nullptr, text(&f[1]));
            ++judged;
        } else {
            fail("cases", "a line of an unknown kind");
        }
        free_case(&one);
    }
    free(file.data);
    std::cout << signed_cases << " signed, " << judged << " judged\n";
    return 0;
} catch (const std::exception &error) {
    fail("exception", error.what());
    return 1;
}
