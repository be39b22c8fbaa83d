import { defineProblems } from '@qianxing/errors';

export const { catalogue: userProblems, fail } = defineProblems('user', {
  codeTooSoon: { status: 429, zh: '验证码已发送，请 {seconds} 秒后再试', en: 'A code was sent already: try again in {seconds} seconds' },
  codeTooMany: { status: 429, zh: '今日获取验证码次数过多，请明天再试', en: 'Too many codes today: try again tomorrow' },
  codeWrong: { status: 422, zh: '验证码不正确，还可尝试 {left} 次', en: 'The code is wrong: {left} attempts left' },
  codeExpired: { status: 422, zh: '验证码已失效，请重新获取', en: 'The code is no longer valid: get a new one' },
  consentNeeded: {
    status: 422,
    zh: '首次登录需阅读并同意《用户协议》和《隐私政策》',
    en: 'The first sign-in needs your consent to the terms and the privacy policy',
  },
  consentOutdated: {
    status: 422,
    zh: '《{titleZh}》已更新（{version} 版），请阅读新版本后重新同意',
    en: 'The {titleEn} changed (version {version}): read the new version and accept it',
  },
  suspended: { status: 403, zh: '该账号已停用，请联系客服', en: 'This account is suspended: please contact us' },
  wechatRefused: { status: 422, zh: '微信登录失败（{code}），请重新授权', en: 'WeChat sign-in failed ({code}): please authorise again' },
  wechatUnreachable: { status: 503, zh: '暂时联系不上微信，请稍后重试', en: 'WeChat cannot be reached just now: try again shortly' },
  wechatTaken: { status: 409, zh: '该微信已绑定其他账号，请先在那个账号中解绑', en: 'This WeChat account is bound to another member' },
  sessionEnded: { status: 401, zh: '登录已失效，请重新登录', en: 'The session has ended: please sign in again' },
  regionUnknown: { status: 422, zh: '请选择有效的省市区', en: 'Choose a valid province, city and county' },
  addressLimit: {
    status: 409,
    zh: '最多保存 {limit} 个地址，请先删除不用的地址',
    en: 'At most {limit} addresses can be kept: delete one first',
  },
  addressNotFound: { status: 404, zh: '没有找到该地址', en: 'Address not found' },
  staffLoginWrong: { status: 401, zh: '用户名、密码或动态码不正确', en: 'User name, password or one-time code is wrong' },
  staffLocked: { status: 429, zh: '尝试次数过多，请 {minutes} 分钟后再试', en: 'Too many attempts: try again in {minutes} minutes' },
  staffNotFound: { status: 404, zh: '没有找到该员工', en: 'Staff member not found' },
  usernameTaken: { status: 409, zh: '该用户名已被使用', en: 'This user name is taken' },
  roleUnknown: { status: 422, zh: '角色 {role} 不存在', en: 'There is no role {role}' },
  roleBuiltIn: { status: 409, zh: '内置角色不能修改', en: 'A built-in role cannot be changed' },
  ownRights: {
    status: 409,
    zh: '不能修改自己的角色或状态，请由其他管理员操作',
    en: 'You cannot change your own roles or status: ask another administrator',
  },
  rightsExceeded: {
    status: 403,
    zh: '不能授予或管理超出自己权限的账号',
    en: 'You cannot grant, or manage an account with, rights that you do not have',
  },
  lastAdministrator: { status: 409, zh: '至少需保留一名在用的管理员', en: 'At least one active administrator must remain' },
  memberNotFound: { status: 404, zh: '没有找到该会员', en: 'Member not found' },
});
