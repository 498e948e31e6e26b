// For `import`: the same objects that `require` gives, so that one program has one of each class.
import paykka from './index.js';

export const { KeyRing, PaykkaError, RefusedError, Result, SigningKey, generateNonce, stringToSign, version } = paykka;
