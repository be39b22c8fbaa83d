export {
  type AccessClaims,
  type AccessTokenOptions,
  type AccessTokens,
  createAccessTokens,
  type IssuedToken,
  type VerifiedAccess,
} from './access-token';
export { sameText } from './compare';
export { createKeyRing, type KeyRing, type SecretKey } from './key-ring';
export { judgeOneTimeCode, MAX_CODE_ATTEMPTS, type OneTimeCodeRecord, type OneTimeCodeVerdict, oneTimeCodeHash } from './one-time-code';
export { hashPassword, passwordNeedsRehash, verifyPassword } from './password';
export { authProblems } from './problems';
export {
  judgeRefresh,
  type NewRefreshToken,
  newRefreshToken,
  REFRESH_GRACE_MS,
  type RefreshRecord,
  type RefreshVerdict,
  refreshTokenHash,
} from './refresh-token';
export { openText, sealText } from './sealed-text';
export { signToken, type TokenContent, verifyToken } from './signed-token';
export { acceptTotp, newTotpSecret, type TotpAttempt, totpCode, totpUri } from './totp';
