export const HELP = `qianxing — 千星计划 social commerce

  qianxing start [--services a,b] [--demo]   启动服务；--services 只承担所列服务的接口与定时任务
                                             serve; --services takes on routes and jobs of these services only
  qianxing migrate                           升级数据库结构  bring the database schema up to date
  qianxing demo                              向运行中的沙箱环境载入演示数据  load demo data (sandbox only, server running)
  qianxing demo --basics                     只载入账号与基础资料，商店为空（无需启动服务）
                                             accounts and master data only, an empty shop (no server needed)
  qianxing check                             离线核对所有不变量  verify every invariant on a database at rest
  qianxing import channels                   一次导入视频号小店商品  import the Channels shop in one go
  qianxing plan check FILE                   按规则包检查推广方案、抽奖、文案等（无需启动服务）
       [--type plan|draw|content|sku|live|platform|ledger|behaviour] [--with FILE]… [--pack ID] [--json]
                                             judge a plan, draw, text … by a rule pack; --with: campaigns that touch the same people
                                             退出码 exit codes: 0 未发现或仅提示 clean or info · 1 警告 warn · 2 阻止 block · 3 无法读取 unreadable
  qianxing plan repair FILE [--rules A,B] [--write]
                                             应用合法替代方案并显示差异；--write 写回文件  apply the lawful alternatives, print the diff
  qianxing log verify|proof|consistency …    独立核验透明日志（qianxing log --help）  verify a transparency log independently
  qianxing witness …                         运行透明日志的见证人（qianxing witness --help）  run a witness for transparency logs
  qianxing recover log                       恢复旧备份后，从公开文件取回日志缺失的条目（先停服务）
                                             after a restored backup: take lost leaves back from the published files (server stopped)
  qianxing config                            显示生效的配置（密钥已遮盖）  show the configuration in force, secrets masked
  qianxing --help                            显示本页  this page

配置 configuration: 环境变量 QIANXING_… 或 QIANXING_CONFIG_FILE 指向的 JSON 文件，见 docs/operations.md
environment variables QIANXING_… or the JSON file QIANXING_CONFIG_FILE points to, see docs/operations.md

退出码 exit codes: 0 成功 done · 1 失败或发现问题 failed or findings · 2 用法或配置有误 wrong usage or configuration
`;
