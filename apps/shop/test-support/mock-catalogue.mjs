// A few products for tests that need no server. Pictures are drawn here.

const tyrePicture = (hue) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400"><rect width="400" height="400" fill="hsl(${hue} 45% 90%)"/><circle cx="200" cy="200" r="130" fill="#2b2f36"/><circle cx="200" cy="200" r="62" fill="#c9cdd4"/></svg>`;

const sizes = [
  [195, 65, 15],
  [205, 55, 16],
  [215, 60, 16],
  [225, 45, 17],
  [235, 65, 17],
];

/** The same shape as the demo catalogue of the sandbox, as far as the mock needs it. */
export function smallCatalogue() {
  const products = Array.from({ length: 12 }, (_, index) => ({
    productCode: `T${index}`,
    titleZh: `静行 舒适型轿车轮胎 ${index + 1} 号`,
    subtitleZh: '静音花纹 干湿地均衡',
    categoryCode: index % 2 === 0 ? 'tyres-car' : 'tyres-suv',
    merchantCode: index % 2 === 0 ? 'M-QD' : 'M-FS',
    brandZh: '千里行',
    descriptionZh: '五条纵向沟槽排水，胎肩加固。',
    tags: index % 3 === 0 ? ['爆款'] : [],
    pictures: [`tyre-${index}`],
    status: 'listed',
    skus: sizes.slice(0, 1 + (index % 4)).map(([widthMm, aspectPercent, rimInch], position) => ({
      skuCode: `T${index}-${position}`,
      specs: [{ nameZh: '规格', nameEn: 'Size', value: `${widthMm}/${aspectPercent}R${rimInch} 91V` }],
      priceFen: 32900 + index * 1500 + position * 2000,
      marketPriceFen: 39900 + index * 1500,
      stock: index === 3 ? 0 : 40 + index,
      tyre: { widthMm, aspectPercent, rimInch, loadIndex: 91, speedRating: 'V', season: 'summer', vehicleTypes: ['轿车'] },
    })),
  }));
  const categories = [
    { code: 'tyres', parentCode: null, nameZh: '轮胎', nameEn: 'Tyres' },
    { code: 'tyres-car', parentCode: 'tyres', nameZh: '轿车胎', nameEn: 'Car tyres' },
    { code: 'tyres-suv', parentCode: 'tyres', nameZh: 'SUV 胎', nameEn: 'SUV tyres' },
  ];
  const merchants = [
    { code: 'M-QD', name: '千里行青岛轮胎旗舰仓店', province: '山东省' },
    { code: 'M-FS', name: '千里行佛山车品店', province: '广东省' },
  ];
  const pics = Object.fromEntries([
    ...products.map((product, index) => [`product-${product.pictures[0]}`, tyrePicture(index * 30)]),
    ...categories.map((category, index) => [`category-${category.code}`, tyrePicture(index * 90)]),
    ['banner-summer', tyrePicture(10)],
  ]);
  return {
    products,
    categories,
    merchants,
    vehicles: [{ brandZh: '示例车', modelZh: 'A 款 1.6L', yearFrom: 2016, yearTo: 2022, sizes: ['205/55R16', '215/60R16'] }],
    banners: [{ name: 'summer', titleZh: '换胎季', titleEn: 'Tyre season', categoryCode: 'tyres-car' }],
    pics,
  };
}
