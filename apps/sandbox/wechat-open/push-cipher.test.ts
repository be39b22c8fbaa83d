import { describe, expect, it } from 'vitest';
import { encryptPush, jsSdkSignature, pushSignature } from './push-cipher';

describe('message push and JS-SDK, against the vectors of the protocol reference §20', () => {
  it('address check, a value WeChat itself publishes', () => {
    expect(pushSignature('AAAAA', '1714036504', '1514711492')).toBe('f464b24fc39322e44b38aa78f5edd27bd1441696');
  });

  it('AES of a message and the signature over it', () => {
    const encrypted = encryptPush('abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG', '0123456789abcdef', '{"Event":"x"}', 'wx0000000000000001');
    expect(encrypted).toBe('Q3stYC6hdFzMh9T8HCvyDOA/iLrelcj9j5xTDYBqC6EbxEZnLnOUXOOaMBAJNboxuJyp00wl7WDdQWU2S+xjnQ==');
    expect(pushSignature('tok', '1700000000', 'n1', encrypted)).toBe('822892eaea45f8140bcf1d90e5e784309f39a2bc');
  });

  it('JS-SDK, the sample WeChat publishes', () => {
    const ticket = 'sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg';
    const url = 'http://mp.weixin.qq.com?params=value';
    expect(jsSdkSignature(ticket, 'Wm3WZYTPz0wzccnW', '1414587457', url)).toBe('0f9de62fce790f9a083d5c99e95740ceb90c27ed');
    expect(jsSdkSignature(ticket, 'Wm3WZYTPz0wzccnW', '1414587457', `${url}#part`)).toBe('0f9de62fce790f9a083d5c99e95740ceb90c27ed');
  });
});
