// What a name says about its value.

/** Whether a variable, a header or a parameter of that name holds a secret. */
export const isSecretName = (name: string): boolean =>
  /(^|[-_])(key|apikey|token|secret|sig|signature|auth|authorization)$|password$/i.test(name) ||
  /[a-z](Key|KeyId|Token|Secret|Sig|Signature|Auth)$/.test(name);
