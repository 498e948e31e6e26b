// A signed call to a platform on loopback, and the verdict on its signed answer; the arguments are those of
// bindings/c/tests/live.c.
#include <iostream>

#include "paykka.hpp"

#include "../../c/tests/http.h"

namespace {

std::string content(const char *name) {
    Bytes file = read_file(name);
    std::string copy(reinterpret_cast<const char *>(file.data), file.len);
    free(file.data);
    return copy;
}

}  // namespace

int main(int argc, char **argv) try {
    if (argc != 7) {
        fail(argv[0], "port, merchant, key id and file, platform's key id and file are wanted");
    }
    const char *path = "/api/v2/merch/account/balance", *body = "{\"currency\":\"USD\"}";
    const paykka::signing_key key(argv[3], content(argv[4]));
    auto ring = paykka::key_ring::for_loopback();
    ring.add(argv[5], content(argv[6]));

    Answer answer = post(std::stoi(argv[1]), path, argv[2], key.sign({path, argv[2], body}).c_str(), body);
    if (answer.status != 200 || answer.authorization == nullptr) {
        fail("answer", answer.body);
    }
    std::cout << path << " verified by " << ring.verify(answer.authorization, {path, argv[2], answer.body}).key_id << "\n";
    free_answer(&answer);
    return 0;
} catch (const std::exception &error) {
    fail("exception", error.what());
    return 1;
}
