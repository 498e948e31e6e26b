// Node as a peer that takes notifications: Fastify, and Node's own `crypto`.
import Fastify from "fastify";
import { Seen, Signing } from "./signing.mjs";

const [privateKey, publicKey, , path, merchant, keyId] = process.argv.slice(2);
const signing = new Signing(privateKey, publicKey, path, merchant, keyId);
const seen = new Seen();
const server = Fastify();

// The bytes that came in are what is verified, so Fastify's own parser mustn't touch them.
server.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
server.post(path, (request, reply) => {
  const { authorization = "", "x-merch-id": sender } = request.headers;
  const nonce = sender === merchant ? signing.nonceOfGenuine(authorization, request.body) : undefined;
  if (nonce === undefined) return reply.code(401).send();
  if (seen.isFirst(nonce)) JSON.parse(request.body);
  return reply.type("application/json").send('{"ret_code":"000000","ret_msg":"Success"}');
});
await server.listen({ host: "127.0.0.1", port: 0 });
console.log("listening", server.server.address().port);
