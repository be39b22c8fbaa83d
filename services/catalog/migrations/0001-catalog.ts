import type { Migration } from '@qianxing/database';

export const catalog: Migration = {
  id: 'catalog/0001-catalog',
  async up({ execute }) {
    await execute(`CREATE TABLE catalog_merchants (
      merchantId VARCHAR(26) NOT NULL PRIMARY KEY,
      merchantCode VARCHAR(40) NOT NULL,
      name VARCHAR(80) NOT NULL,
      provinceName VARCHAR(40) NOT NULL,
      CONSTRAINT catalog_merchants_code UNIQUE (merchantCode)
    )`);
    await execute(`CREATE TABLE catalog_warehouses (
      warehouseId VARCHAR(26) NOT NULL PRIMARY KEY,
      warehouseCode VARCHAR(40) NOT NULL,
      merchantId VARCHAR(26) NOT NULL,
      name VARCHAR(80) NOT NULL,
      provinceCode VARCHAR(6) NOT NULL,
      CONSTRAINT catalog_warehouses_code UNIQUE (warehouseCode)
    )`);
    await execute(`CREATE TABLE catalog_categories (
      categoryCode VARCHAR(40) NOT NULL PRIMARY KEY,
      parentCode VARCHAR(40),
      nameZh VARCHAR(60) NOT NULL,
      nameEn VARCHAR(60) NOT NULL,
      picture VARCHAR(80) NOT NULL,
      position BIGINT NOT NULL
    )`);
    await execute(`CREATE TABLE catalog_products (
      productId VARCHAR(26) NOT NULL PRIMARY KEY,
      productCode VARCHAR(60) NOT NULL,
      title VARCHAR(240) NOT NULL,
      titleEn VARCHAR(240) NOT NULL,
      subtitle VARCHAR(400) NOT NULL,
      brand VARCHAR(80) NOT NULL,
      description MEDIUMTEXT NOT NULL,
      categoryCode VARCHAR(40) NOT NULL,
      merchantId VARCHAR(26) NOT NULL,
      warehouseId VARCHAR(26) NOT NULL,
      tags VARCHAR(500) NOT NULL,
      pictures MEDIUMTEXT NOT NULL,
      pictureSources MEDIUMTEXT NOT NULL,
      keptTexts VARCHAR(60) NOT NULL,
      weightGrams BIGINT NOT NULL,
      status VARCHAR(10) NOT NULL,
      delistedHere SMALLINT NOT NULL DEFAULT 0,
      externalProductId VARCHAR(40),
      syncedAt BIGINT,
      minPriceFen BIGINT NOT NULL,
      soldCount BIGINT NOT NULL DEFAULT 0,
      searchText VARCHAR(2000) NOT NULL,
      createdAt BIGINT NOT NULL,
      updatedAt BIGINT NOT NULL,
      CONSTRAINT catalog_products_code UNIQUE (productCode),
      CONSTRAINT catalog_products_external UNIQUE (externalProductId),
      CONSTRAINT catalog_products_status CHECK (status IN ('listed', 'delisted')),
      CONSTRAINT catalog_products_price CHECK (minPriceFen > 0)
    )`);
    await execute('CREATE INDEX catalog_products_category ON catalog_products (status, categoryCode)');
    await execute('CREATE INDEX catalog_products_sold ON catalog_products (status, soldCount, productId)');
    await execute('CREATE INDEX catalog_products_price ON catalog_products (status, minPriceFen, productId)');
    await execute('CREATE INDEX catalog_products_newest ON catalog_products (status, createdAt, productId)');
    await execute('CREATE INDEX catalog_products_synced ON catalog_products (syncedAt)');
    await execute(`CREATE TABLE catalog_skus (
      skuId VARCHAR(26) NOT NULL PRIMARY KEY,
      productId VARCHAR(26) NOT NULL,
      position BIGINT NOT NULL,
      skuCode VARCHAR(60) NOT NULL,
      externalSkuId VARCHAR(40),
      label VARCHAR(200) NOT NULL,
      specifications MEDIUMTEXT NOT NULL,
      priceFen BIGINT NOT NULL,
      marketPriceFen BIGINT,
      weightGrams BIGINT NOT NULL,
      status VARCHAR(10) NOT NULL,
      externalStock BIGINT,
      widthMm BIGINT,
      aspectPercent BIGINT,
      rimTenths BIGINT,
      loadIndex BIGINT,
      speedRating VARCHAR(4),
      season VARCHAR(12),
      vehicleTypes VARCHAR(200),
      CONSTRAINT catalog_skus_code UNIQUE (skuCode),
      CONSTRAINT catalog_skus_external UNIQUE (externalSkuId),
      CONSTRAINT catalog_skus_price CHECK (priceFen > 0),
      CONSTRAINT catalog_skus_status CHECK (status IN ('listed', 'delisted'))
    )`);
    await execute('CREATE INDEX catalog_skus_product ON catalog_skus (productId, position)');
    await execute('CREATE INDEX catalog_skus_size ON catalog_skus (widthMm, aspectPercent, rimTenths)');
    await execute(`CREATE TABLE catalog_sold_lines (
      orderLineId VARCHAR(60) NOT NULL PRIMARY KEY,
      productId VARCHAR(26) NOT NULL,
      skuId VARCHAR(26) NOT NULL,
      quantity BIGINT NOT NULL
    )`);
    await execute(`CREATE TABLE catalog_vehicles (
      vehicleId VARCHAR(26) NOT NULL PRIMARY KEY,
      brand VARCHAR(60) NOT NULL,
      model VARCHAR(80) NOT NULL,
      yearFrom BIGINT NOT NULL,
      yearTo BIGINT NOT NULL,
      sizes VARCHAR(500) NOT NULL,
      CONSTRAINT catalog_vehicles_once UNIQUE (brand, model, yearFrom)
    )`);
    await execute(`CREATE TABLE catalog_showcases (
      showcaseId VARCHAR(26) NOT NULL PRIMARY KEY,
      slug VARCHAR(60) NOT NULL,
      titleZh VARCHAR(80) NOT NULL,
      titleEn VARCHAR(80) NOT NULL,
      document MEDIUMTEXT NOT NULL,
      CONSTRAINT catalog_showcases_slug UNIQUE (slug)
    )`);
    await execute(`CREATE TABLE catalog_imports (
      importId VARCHAR(26) NOT NULL PRIMARY KEY,
      openKey VARCHAR(10),
      status VARCHAR(12) NOT NULL,
      listed BIGINT NOT NULL DEFAULT 0,
      total BIGINT NOT NULL DEFAULT 0,
      fetchCursor VARCHAR(500),
      problem VARCHAR(300),
      retryAt BIGINT,
      createdAt BIGINT NOT NULL,
      finishedAt BIGINT,
      CONSTRAINT catalog_imports_open UNIQUE (openKey),
      CONSTRAINT catalog_imports_status CHECK (status IN ('fetching', 'previewed', 'applying', 'completed', 'failed', 'cancelled'))
    )`);
    await execute(`CREATE TABLE catalog_import_items (
      itemId VARCHAR(26) NOT NULL PRIMARY KEY,
      importId VARCHAR(26) NOT NULL,
      externalProductId VARCHAR(40) NOT NULL,
      title VARCHAR(240) NOT NULL,
      pictureUrl VARCHAR(500),
      changeKind VARCHAR(10) NOT NULL,
      status VARCHAR(10) NOT NULL,
      differences MEDIUMTEXT NOT NULL,
      reasons MEDIUMTEXT NOT NULL,
      document MEDIUMTEXT NOT NULL,
      skuCount BIGINT NOT NULL,
      CONSTRAINT catalog_import_items_once UNIQUE (importId, externalProductId)
    )`);
    await execute('CREATE INDEX catalog_import_items_status ON catalog_import_items (importId, status)');
    await execute(`CREATE TABLE catalog_push_inbox (
      messageKey VARCHAR(120) NOT NULL PRIMARY KEY,
      externalProductId VARCHAR(40) NOT NULL,
      received BIGINT NOT NULL,
      receivedAt BIGINT NOT NULL,
      processedAt BIGINT
    )`);
    await execute('CREATE INDEX catalog_push_inbox_waiting ON catalog_push_inbox (processedAt, receivedAt)');
    await execute(`CREATE TABLE catalog_stock_changes (
      changeKey VARCHAR(80) NOT NULL PRIMARY KEY,
      skuId VARCHAR(26) NOT NULL,
      quantity BIGINT NOT NULL,
      at BIGINT NOT NULL
    )`);
    await execute(`CREATE TABLE catalog_stock_pushes (
      skuId VARCHAR(26) NOT NULL PRIMARY KEY,
      told BIGINT NOT NULL DEFAULT 0,
      pending BIGINT NOT NULL DEFAULT 0,
      sending BIGINT NOT NULL DEFAULT 0,
      stockBefore BIGINT,
      problem VARCHAR(200),
      nextAttemptAt BIGINT NOT NULL
    )`);
    await execute('CREATE INDEX catalog_stock_pushes_due ON catalog_stock_pushes (nextAttemptAt)');
    await execute(`CREATE TABLE catalog_drift_reports (
      reportId VARCHAR(26) NOT NULL PRIMARY KEY,
      status VARCHAR(10) NOT NULL,
      repair SMALLINT NOT NULL,
      checkedSkus BIGINT NOT NULL DEFAULT 0,
      drifts MEDIUMTEXT NOT NULL,
      createdAt BIGINT NOT NULL,
      finishedAt BIGINT
    )`);
  },
};
