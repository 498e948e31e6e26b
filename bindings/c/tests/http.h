/* One signed POST over plain HTTP on loopback, with nothing but sockets: no library stands between signature and wire. */
#ifndef PAYKKA_TESTS_HTTP_H
#define PAYKKA_TESTS_HTTP_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common.h"

typedef struct {
    int status;
    char *authorization;
    char *body;
    char *all;
} Answer;

/* The value of a header, which is cut out of the text in place. */
static inline char *header(char *head, const char *name) {
    char *line = head;
    size_t len = strlen(name);
    while ((line = strstr(line, "\r\n")) != NULL) {
        line += 2;
        if (strncasecmp(line, name, len) == 0 && line[len] == ':') {
            char *value = line + len + 1;
            size_t value_len = strcspn(value += strspn(value, " "), "\r");
            char *copy = (char *)allocate(value_len + 1);
            memcpy(copy, value, value_len);
            copy[value_len] = '\0';
            return copy;
        }
    }
    return NULL;
}

static inline Answer post(int port, const char *path, const char *merchant, const char *authorization, const char *body) {
    struct sockaddr_in address;
    size_t room = strlen(authorization) + strlen(body) + 1024, len = 0, size = 1 << 16;
    char *request = (char *)allocate(room), *head_end;
    Answer answer = {0, NULL, NULL, (char *)allocate(size + 1)};
    ssize_t got;
    int request_len = snprintf(request, room,
                               "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\nContent-Type: "
                               "application/json\r\nContent-Length: %zu\r\nX-Merch-Id: %s\r\nAuthorization: %s\r\n\r\n%s",
                               path, port, strlen(body), merchant, authorization, body);
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connection < 0 || connect(connection, (struct sockaddr *)&address, sizeof address) != 0 ||
        write(connection, request, (size_t)request_len) != request_len) {
        perror("POST");
        exit(1);
    }
    while (len < size && (got = read(connection, answer.all + len, size - len)) > 0) {
        len += (size_t)got;
    }
    close(connection);
    free(request);
    answer.all[len] = '\0';
    head_end = strstr(answer.all, "\r\n\r\n");
    if (head_end == NULL || sscanf(answer.all, "HTTP/1.1 %d", &answer.status) != 1) {
        fail("POST", "the answer isn't HTTP");
    }
    answer.body = head_end + 4;
    head_end[2] = '\0';
    answer.authorization = header(answer.all, "authorization");
    return answer;
}

static inline void free_answer(Answer *answer) {
    free(answer->authorization);
    free(answer->all);
}

#endif
