import type { StaffSeed } from '@qianxing/user/contract';

/** Demo accounts are public: production never creates them. */
const PASSWORD = 'Qianxing-demo-2026';
/** Base32 secret of every demo authenticator. */
const TOTP_SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

const staff = (username: string, displayName: string, ...roleCodes: string[]): StaffSeed => ({
  username,
  displayName,
  password: PASSWORD,
  roleCodes,
  totpSecret: TOTP_SECRET,
});

export const demoStaff: readonly StaffSeed[] = [
  staff('admin', '管理员', 'administrator'),
  staff('operator', '运营小陈', 'operator'),
  staff('service', '客服小林', 'customer_service'),
  staff('counsel', '法务老周', 'counsel'),
  staff('finance1', '财务小何', 'finance'),
  staff('finance2', '财务小郭', 'finance'),
  staff('warehouse', '仓库老马', 'warehouse'),
];

export interface DemoMember {
  readonly phone: string;
  readonly nickname: string;
  /** Phone of the member whose link brought this one. */
  readonly referredBy: string | null;
  /** Becomes a promoter after the first purchase. */
  readonly promotes: boolean;
  readonly countyCode: string;
  readonly street: string;
}

const member = (
  last: number,
  nickname: string,
  referrer: number | null,
  promotes: boolean,
  countyCode: string,
  street: string,
): DemoMember => ({
  phone: demoPhone(last),
  nickname,
  referredBy: referrer === null ? null : demoPhone(referrer),
  promotes,
  countyCode,
  street,
});

export function demoPhone(last: number): string {
  return `1380000${String(last).padStart(4, '0')}`;
}

/** Twelve members: a chain of four levels, a second branch, buyers who do not promote, and two who came by themselves. */
export const demoMembers: readonly DemoMember[] = [
  member(1, '陈立', null, true, '370212', '海尔路 18 号'),
  member(2, '王芳', 1, true, '440605', '桂城街道 6 号'),
  member(3, '李强', 2, true, '510104', '春熙路 99 号'),
  member(4, '赵敏', 3, false, '310115', '世纪大道 200 号'),
  member(5, '孙丽', 1, true, '330106', '文三路 45 号'),
  member(6, '周伟', 5, false, '320106', '中山北路 12 号'),
  member(7, '吴娜', 5, true, '420106', '中南路 77 号'),
  member(8, '郑浩', 7, false, '430102', '五一大道 8 号'),
  member(9, '冯静', 1, false, '610113', '高新路 31 号'),
  member(10, '褚明', 2, false, '350203', '湖滨南路 5 号'),
  member(11, '卫东', null, false, '110105', '建国路 88 号'),
  member(12, '蒋雪', null, false, '120101', '南京路 66 号'),
];
